/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A level is told as long as it holds, an edge once for each change. */
#include "epoll.h"

static void show(const char *what, int set)
{
    printf("%s: %#x\n", what, ready_now(set));
}

static void on_pipe(uint32_t trigger)
{
    int ends[2], set = new_set();
    char byte;

    REQUIRE(pipe(ends) == 0);
    CHECK(control(set, EPOLL_CTL_ADD, ends[0], EPOLLIN | trigger) == 0);
    show("empty", set);
    CHECK(write(ends[1], "ab", 2) == 2);
    show("two bytes", set);
    show("again", set);
    CHECK(read(ends[0], &byte, 1) == 1);
    show("one read", set);
    CHECK(write(ends[1], "c", 1) == 1);
    show("one more", set);
    show("again", set);
    CHECK(read(ends[0], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1);
    show("drained", set);
    CHECK(write(ends[1], "d", 1) == 1 && read(ends[0], &byte, 1) == 1);
    show("written and read", set);
    CHECK(control(set, EPOLL_CTL_MOD, ends[0], EPOLLIN | trigger) == 0);
    show("set again, empty", set);
    CHECK(write(ends[1], "e", 1) == 1);
    show("a byte", set);
    CHECK(control(set, EPOLL_CTL_MOD, ends[0], EPOLLIN | trigger) == 0);
    show("set again", set);
    show("again", set);
    CHECK(close(ends[1]) == 0);
    show("writer gone", set);
    show("again", set);
    CHECK(close(ends[0]) == 0 && close(set) == 0);
}

static void on_eventfd(uint32_t trigger)
{
    int fd = eventfd(3, EFD_SEMAPHORE), set = new_set();

    CHECK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN | trigger) == 0);
    show("three", set);
    take_event(fd);
    show("two", set); /* a read is no news for a reader */
    signal_event(fd);
    show("three again", set);
    CHECK(control(set, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLOUT | trigger) == 0);
    show("both", set);
    take_event(fd);
    show("both after a read", set);
    CHECK(close(fd) == 0 && close(set) == 0);
}

int main(void)
{
    on_pipe(0);
    on_pipe(EPOLLET);
    on_eventfd(0);
    on_eventfd(EPOLLET);
    return check_done();
}
