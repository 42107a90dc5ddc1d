/* SPDX-License-Identifier: BSD-3-Clause */
/* EPOLLEXCLUSIVE may be added, not changed, and goes with few other flags. */
#include "epoll.h"

int main(void)
{
    uint32_t exclusive = EPOLLIN | EPOLLEXCLUSIVE;
    int fd = eventfd(0, 0), other = eventfd(1, 0), set = new_set(), inner = new_set();

    CHECK(control(set, EPOLL_CTL_ADD, fd, exclusive | EPOLLET | EPOLLOUT | EPOLLWAKEUP) == 0);
    CHECK_ERRNO(control(set, EPOLL_CTL_MOD, fd, EPOLLIN), EINVAL);
    CHECK_ERRNO(control(set, EPOLL_CTL_MOD, fd, exclusive), EINVAL);
    CHECK(control(set, EPOLL_CTL_DEL, fd, exclusive) == 0);
    CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fd, exclusive | EPOLLONESHOT), EINVAL);
    CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fd, exclusive | EPOLLPRI), EINVAL);
    CHECK_ERRNO(control(set, EPOLL_CTL_ADD, fd, exclusive | EPOLLRDHUP), EINVAL);
    CHECK_ERRNO(control(set, EPOLL_CTL_ADD, inner, exclusive), EINVAL);
    CHECK(control(set, EPOLL_CTL_ADD, other, EPOLLIN) == 0);
    CHECK_ERRNO(control(set, EPOLL_CTL_MOD, other, exclusive), EINVAL);
    CHECK_ERRNO(control(set, EPOLL_CTL_MOD, fd, EPOLLIN), ENOENT);
    CHECK_ERRNO(control(set, EPOLL_CTL_MOD, fd, exclusive), EINVAL);
    printf("%#x\n", ready_now(set));
    return check_done();
}
