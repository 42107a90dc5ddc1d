/* SPDX-License-Identifier: BSD-3-Clause */
/* EPOLLONESHOT disables a descriptor after one event, hang-ups included, until EPOLL_CTL_MOD. */
#include "epoll.h"

int main(void)
{
    int fd = eventfd(0, 0), set = new_set(), ends[2];

    CHECK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT) == 0);
    signal_event(fd);
    printf("first: %#x\n", ready_now(set));
    printf("second: %#x\n", ready_now(set));
    signal_event(fd);
    printf("more: %#x\n", ready_now(set));
    CHECK(control(set, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT) == 0);
    printf("armed: %#x\n", ready_now(set));
    printf("again: %#x\n", ready_now(set));
    CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fd, EPOLLIN), EEXIST);
    CHECK(control(set, EPOLL_CTL_MOD, fd, EPOLLIN) == 0);
    printf("level: %#x %#x\n", ready_now(set), ready_now(set));
    CHECK(control(set, EPOLL_CTL_DEL, fd, 0) == 0);

    REQUIRE(pipe(ends) == 0);
    CHECK(control(set, EPOLL_CTL_ADD, ends[0], EPOLLIN | EPOLLONESHOT) == 0);
    CHECK(close(ends[1]) == 0);
    printf("hang-up: %#x %#x\n", ready_now(set), ready_now(set));
    CHECK(control(set, EPOLL_CTL_MOD, ends[0], EPOLLONESHOT) == 0);
    printf("no event wanted: %#x %#x\n", ready_now(set), ready_now(set));
    return check_done();
}
