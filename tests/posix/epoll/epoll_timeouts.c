/* SPDX-License-Identifier: BSD-3-Clause */
/* Time-outs of epoll_wait, epoll_pwait and epoll_pwait2, and what they refuse. */
#include "epoll.h"
#include <sys/syscall.h>

static long pwait2(int set, struct epoll_event *events, int max, const struct timespec *timeout,
                   const void *mask, size_t size)
{
    return syscall(SYS_epoll_pwait2, set, events, max, timeout, mask, size);
}

int main(void)
{
    struct epoll_event event;
    uint64_t mask = 0;
    int set = new_set();

    long long begin = now_ns(CLOCK_MONOTONIC);
    CHECK(epoll_wait(set, &event, 1, 30) == 0);
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= 30 * MS);
    begin = now_ns(CLOCK_MONOTONIC);
    CHECK(epoll_pwait(set, &event, 1, 20, NULL) == 0);
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= 20 * MS);
    begin = now_ns(CLOCK_MONOTONIC);
    CHECK(pwait2(set, &event, 1, &(struct timespec){0, 20 * MS + 1}, &mask, 8) == 0);
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= 20 * MS);
    CHECK(pwait2(set, &event, 1, &(struct timespec){0, 0}, NULL, 0) == 0);
    CHECK_ERRNO(pwait2(set, &event, 1, &(struct timespec){-1, 0}, NULL, 0), EINVAL);
    CHECK_ERRNO(pwait2(set, &event, 1, &(struct timespec){0, SEC}, NULL, 0), EINVAL);
    CHECK_ERRNO(pwait2(set, &event, 1, (struct timespec *)8, NULL, 0), EFAULT);
    CHECK_ERRNO(pwait2(-1, &event, 0, (struct timespec *)8, (void *)8, 7), EFAULT);
    CHECK_ERRNO(pwait2(-1, &event, 0, NULL, (void *)8, 7), EINVAL);
    CHECK_ERRNO(pwait2(-1, &event, 0, NULL, (void *)8, 8), EFAULT);
    CHECK_ERRNO(pwait2(-1, &event, 1, NULL, &mask, 8), EBADF);
    CHECK_ERRNO(syscall(SYS_epoll_pwait, set, &event, 1, 0, &mask, 7), EINVAL);
    CHECK(syscall(SYS_epoll_pwait, set, &event, 1, 0, NULL, 7) == 0);
    int fd = eventfd(1, 0);
    CHECK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
    CHECK(pwait2(set, &event, 1, NULL, &mask, 8) == 1);
    CHECK(epoll_wait(set, &event, 1, -1) == 1 && event.data.fd == fd);
    CHECK(epoll_wait(set, &event, 1, -1000) == 1);
    return check_done();
}
