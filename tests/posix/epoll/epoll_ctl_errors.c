/* SPDX-License-Identifier: BSD-3-Clause */
/* What epoll_create, epoll_ctl and epoll_wait refuse, and in which order they look. */
#include "epoll.h"
#include <limits.h>
#include <sys/syscall.h>

#define NO_POINTER ((struct epoll_event *)8)

int main(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int ends[2], set = new_set();

    enter_scratch();
    make_file("file", "text");
    REQUIRE(pipe(ends) == 0);
    int file = open("file", O_RDONLY), folder = open(".", O_RDONLY | O_DIRECTORY);
    int path = open("file", O_PATH);
    CHECK_ERRNO(syscall(SYS_epoll_create, 0), EINVAL);
    CHECK_ERRNO(syscall(SYS_epoll_create, -1), EINVAL);
    CHECK_ERRNO(epoll_create1(1), EINVAL);
    int old = epoll_create(1);
    CHECK(old >= 0 && (fcntl(old, F_GETFD) & FD_CLOEXEC) == 0);
    CHECK((fcntl(set, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((fcntl(set, F_GETFL) & O_ACCMODE) == O_RDWR);

    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], NULL), EFAULT);
    CHECK_ERRNO(epoll_ctl(-1, EPOLL_CTL_ADD, ends[0], NO_POINTER), EFAULT);
    CHECK_ERRNO(epoll_ctl(-1, EPOLL_CTL_ADD, ends[0], &event), EBADF);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, -1, &event), EBADF);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, path, &event), EBADF);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, file, &event), EPERM);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, folder, &event), EPERM);
    CHECK_ERRNO(epoll_ctl(ends[0], EPOLL_CTL_ADD, file, &event), EPERM);
    CHECK_ERRNO(epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event), EINVAL);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, set, &event), EINVAL);
    CHECK_ERRNO(epoll_ctl(set, 0, ends[0], &event), EINVAL);
    CHECK_ERRNO(epoll_ctl(set, 4, ends[0], &event), EINVAL);
    CHECK_ERRNO(epoll_ctl(set, 4, ends[0], NULL), EFAULT);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &event), ENOENT);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], &event), ENOENT);
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event), EEXIST);
    CHECK(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL) == 0);
    CHECK_ERRNO(epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL), ENOENT);
    event.events = EPOLLIN | EPOLLWAKEUP;
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);

    CHECK_ERRNO(epoll_wait(set, &event, 0, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(set, &event, -1, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(set, &event, INT_MAX, 0), EINVAL);
    CHECK_ERRNO(epoll_wait(-1, &event, 1, 0), EBADF);
    CHECK_ERRNO(epoll_wait(ends[0], &event, 1, 0), EINVAL);
    CHECK(epoll_wait(set, NO_POINTER, 1, 0) == 0); /* there is nothing to store */
    CHECK_ERRNO(read(set, &event, sizeof(event)), EINVAL);
    CHECK_ERRNO(write(set, &event, sizeof(event)), EINVAL);
    return check_done();
}
