/* SPDX-License-Identifier: BSD-3-Clause */
/* The last close of a file takes it out of all sets; a duplicate keeps it there, under its old
 * number, with which it cannot be named any more. */
#include "epoll.h"

int main(void)
{
    int set = new_set(), other = new_set(), fd = eventfd(1, 0);

    CHECK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
    CHECK(control(other, EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
    printf("open: %#x %#x\n", ready_now(set), ready_now(other));
    int twin = dup(fd);
    CHECK(control(set, EPOLL_CTL_ADD, twin, EPOLLIN) == 0);
    struct epoll_event events[4];
    printf("by two numbers: %d\n", epoll_wait(set, events, 4, 0));
    CHECK(close(fd) == 0);
    printf("one closed: %d\n", epoll_wait(set, events, 4, 0));
    CHECK_ERRNO(control(set, EPOLL_CTL_DEL, fd, 0), EBADF);
    CHECK(control(set, EPOLL_CTL_DEL, twin, 0) == 0);
    printf("the other one taken out: %d\n", epoll_wait(set, events, 4, 0));
    CHECK_ERRNO(control(set, EPOLL_CTL_DEL, twin, 0), ENOENT);
    /* Another file at the number is not the one that is watched. */
    int next = eventfd(0, 0);
    CHECK(next == fd);
    CHECK_ERRNO(control(set, EPOLL_CTL_MOD, next, EPOLLIN), ENOENT);
    CHECK(control(set, EPOLL_CTL_ADD, next, EPOLLIN) == 0);
    printf("still: %d\n", epoll_wait(set, events, 4, 0));
    CHECK(close(twin) == 0);
    printf("all closed: %d %d\n", epoll_wait(set, events, 4, 0), epoll_wait(other, events, 4, 0));
    signal_event(next);
    printf("the new one: %d\n", epoll_wait(set, events, 4, 0));
    CHECK(close(set) == 0 && close(next) == 0 && close(other) == 0);
    for (int i = 0; i < 1000; i++) {
        set = new_set();
        fd = eventfd(1, 0);
        REQUIRE(control(set, EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
        REQUIRE(close(i % 2 ? set : fd) == 0);
        REQUIRE(close(i % 2 ? fd : set) == 0);
    }
    return check_done();
}
