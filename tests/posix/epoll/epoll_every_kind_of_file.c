/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 stdin="some input" */
/* A thread that waits for a set is woken by each kind of file that can be polled. */
#include "epoll.h"
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static int set;

static void *waiter(void *unused)
{
    struct epoll_event event;

    CHECK(epoll_wait(set, &event, 1, -1) == 1);
    printf("%s: %#x\n", (const char *)event.data.ptr, event.events);
    fflush(stdout);
    return unused;
}

static pthread_t watch(int fd, uint32_t events, const char *name)
{
    struct epoll_event event = {.events = events, .data.ptr = (void *)name};

    set = new_set();
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
    return start_asleep(waiter, NULL);
}

static void done(pthread_t thread)
{
    join(thread);
    CHECK(close(set) == 0);
}

int main(void)
{
    char block[4096] = {0};
    int ends[2], fd = eventfd(0, 0);

    pthread_t thread = watch(fd, EPOLLIN, "eventfd");
    signal_event(fd);
    done(thread);

    REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
    thread = watch(ends[0], EPOLLIN, "pipe, reader");
    CHECK(write(ends[1], "x", 1) == 1);
    done(thread);
    while (write(ends[1], block, sizeof(block)) > 0)
        ;
    thread = watch(ends[1], EPOLLOUT, "pipe, writer");
    while (read(ends[0], block, sizeof(block)) > 0)
        ;
    done(thread);
    thread = watch(ends[0], 0, "pipe, hang-up");
    CHECK(close(ends[1]) == 0);
    done(thread);

    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec soon = {.it_value.tv_nsec = 20 * MS};
    thread = watch(timer, EPOLLIN, "timerfd");
    CHECK(timerfd_settime(timer, 0, &soon, NULL) == 0);
    done(thread);

    enter_scratch();
    REQUIRE(mkfifo("fifo", 0600) == 0);
    int fifo = open("fifo", O_RDONLY | O_NONBLOCK), writer = open("fifo", O_WRONLY);
    thread = watch(fifo, EPOLLIN, "fifo");
    CHECK(write(writer, "x", 1) == 1);
    done(thread);

    int inner = new_set(), event = eventfd(0, 0);
    CHECK(control(inner, EPOLL_CTL_ADD, event, EPOLLIN) == 0);
    thread = watch(inner, EPOLLIN, "epoll");
    signal_event(event);
    done(thread);

    set = new_set();
    CHECK(control(set, EPOLL_CTL_ADD, 0, EPOLLIN) == 0);
    CHECK(epoll_wait(set, &(struct epoll_event){0}, 1, -1) == 1);
    /* Its hang-up would be told, whatever is asked for. */
    CHECK(control(set, EPOLL_CTL_DEL, 0, 0) == 0);
    CHECK(control(set, EPOLL_CTL_ADD, 1, EPOLLOUT) == 0);
    printf("standard output: %#x\n", ready_now(set));
    return check_done();
}
