/* SPDX-License-Identifier: BSD-3-Clause */
/* Sets that would watch each other are ELOOP. */
#include "epoll.h"

int main(void)
{
    int set[8];

    for (int i = 0; i < 8; i++)
        set[i] = new_set();
    CHECK_ERRNO(control(set[0], EPOLL_CTL_ADD, set[0], EPOLLIN), EINVAL);
    CHECK(control(set[0], EPOLL_CTL_ADD, set[1], EPOLLIN) == 0);
    CHECK_ERRNO(control(set[1], EPOLL_CTL_ADD, set[0], EPOLLIN), ELOOP);
    CHECK(control(set[1], EPOLL_CTL_ADD, set[2], EPOLLIN) == 0);
    CHECK_ERRNO(control(set[2], EPOLL_CTL_ADD, set[0], EPOLLIN), ELOOP);
    CHECK_ERRNO(control(set[2], EPOLL_CTL_ADD, set[1], EPOLLIN), ELOOP);
    CHECK(control(set[0], EPOLL_CTL_ADD, set[2], EPOLLIN) == 0); /* no cycle */
    CHECK(control(set[1], EPOLL_CTL_DEL, set[2], 0) == 0);
    CHECK_ERRNO(control(set[2], EPOLL_CTL_ADD, set[0], EPOLLIN), ELOOP);
    CHECK(control(set[0], EPOLL_CTL_DEL, set[2], 0) == 0);
    CHECK(control(set[2], EPOLL_CTL_ADD, set[0], EPOLLIN) == 0);
    CHECK(close(set[0]) == 0); /* and with it the links to and from it */
    CHECK(control(set[1], EPOLL_CTL_ADD, set[2], EPOLLIN) == 0);
    /* A file may still be watched at the end of it all. */
    int fd = eventfd(1, 0);
    CHECK(control(set[2], EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
    printf("%#x\n", ready_now(set[1]));
    return check_done();
}
