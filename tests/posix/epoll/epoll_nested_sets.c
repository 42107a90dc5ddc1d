/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A set is readable while one of its files is ready, through all levels of nesting. */
#include "epoll.h"
#include <poll.h>

static int top;

static void *wait_at_top(void *unused)
{
    struct epoll_event event;

    CHECK(epoll_wait(top, &event, 1, -1) == 1);
    printf("woken: %#x\n", event.events);
    return unused;
}

static void *poll_top(void *unused)
{
    struct pollfd fd = {.fd = top, .events = POLLIN | POLLOUT | POLLRDNORM};

    CHECK(poll(&fd, 1, -1) == 1);
    printf("polled: %#x\n", fd.revents);
    return unused;
}

int main(void)
{
    int fd = eventfd(0, 0), bottom = new_set(), middle = new_set();

    top = new_set();
    CHECK(control(middle, EPOLL_CTL_ADD, bottom, EPOLLIN) == 0);
    CHECK(control(top, EPOLL_CTL_ADD, middle, EPOLLIN | EPOLLRDNORM | EPOLLOUT) == 0);
    CHECK(control(bottom, EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
    printf("nothing: %#x\n", ready_now(top));
    signal_event(fd);
    printf("all: %#x %#x %#x\n", ready_now(top), ready_now(middle), ready_now(bottom));
    printf("again: %#x\n", ready_now(top));
    take_event(fd);
    printf("taken: %#x\n", ready_now(top));
    pthread_t waiter = start_asleep(wait_at_top, NULL);
    signal_event(fd);
    join(waiter);
    take_event(fd);
    waiter = start_asleep(poll_top, NULL);
    signal_event(fd);
    join(waiter);

    /* An edge at the top is a change at the bottom. */
    CHECK(control(top, EPOLL_CTL_MOD, middle, EPOLLIN | EPOLLET) == 0);
    printf("edge: %#x %#x\n", ready_now(top), ready_now(top));
    signal_event(fd);
    printf("edge: %#x %#x\n", ready_now(top), ready_now(top));
    CHECK(close(bottom) == 0);
    printf("bottom closed: %#x\n", ready_now(middle));
    CHECK(control(middle, EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
    printf("above it: %#x\n", ready_now(top));
    CHECK(close(middle) == 0);
    printf("middle closed: %#x\n", ready_now(top));
    return check_done();
}
