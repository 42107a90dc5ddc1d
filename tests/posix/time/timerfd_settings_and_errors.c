/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Settings of a timer's descriptor read back; errors of its calls. */
#include "check.h"
#include <sys/eventfd.h>
#include <sys/timerfd.h>

int main(void)
{
    struct itimerspec new = {.it_value.tv_sec = 10, .it_interval.tv_sec = 3}, old;
    struct itimerspec wide = {.it_value.tv_nsec = SEC};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    int other = eventfd(0, 0);
    uint64_t count;
    char path[64], link[64] = "";

    REQUIRE(fd >= 0 && other >= 0);
    CHECK(timerfd_settime(fd, 0, &new, &old) == 0);
    CHECK(old.it_value.tv_sec == 0 && old.it_interval.tv_sec == 0);
    CHECK(timerfd_settime(fd, 0, &new, &old) == 0);
    CHECK(old.it_value.tv_sec == 9 && old.it_value.tv_nsec > 0 && old.it_interval.tv_sec == 3);
    CHECK_ERRNO(read(fd, &count, sizeof(count)), EAGAIN);
    CHECK_ERRNO(read(fd, &count, 7), EINVAL);
    CHECK_ERRNO(write(fd, &count, sizeof(count)), EINVAL);
    CHECK_ERRNO(timerfd_settime(fd, 4, &new, NULL), EINVAL);
    CHECK_ERRNO(timerfd_settime(fd, 0, &wide, NULL), EINVAL);
    CHECK_ERRNO(timerfd_settime(fd, 0, (void *)1, NULL), EFAULT);
    CHECK_ERRNO(timerfd_settime(99, 0, &new, NULL), EBADF);
    CHECK_ERRNO(timerfd_settime(other, 0, &new, NULL), EINVAL);
    CHECK_ERRNO(timerfd_gettime(99, &old), EBADF);
    CHECK_ERRNO(timerfd_gettime(other, &old), EINVAL);
    CHECK_ERRNO(timerfd_gettime(fd, (void *)1), EFAULT);
    CHECK_ERRNO(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
    CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, 1), EINVAL);
    CHECK(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &new, NULL) == 0);
    CHECK(read(fd, &count, sizeof(count)) == sizeof(count) || errno == EAGAIN);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    CHECK(readlink(path, link, sizeof(link) - 1) > 0);
    puts(link);
    return check_done();
}
