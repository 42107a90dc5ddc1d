/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=64M */
/* Descriptors everywhere below RLIMIT_NOFILE can be had, up to 1,048,576, and given back. */
#include "check.h"
#include <sys/resource.h>

#define MOST   1048576
#define STRIDE 500

int main(void)
{
    struct rlimit limit;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max < MOST ? limit.rlim_max : MOST; /* hosts may give less */
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    int most = (int)limit.rlim_cur, first = dup(0);
    REQUIRE(first > 0);
    CHECK(dup2(0, most) == -1 && errno == EBADF);
    CHECK(dup2(0, most - 1) == most - 1);
    CHECK(fcntl(0, F_DUPFD, most - 1) == -1 && errno == EMFILE);
    CHECK(fcntl(0, F_DUPFD, most) == -1 && errno == EINVAL);
    CHECK(close(most - 1) == 0);
    for (int fd = STRIDE; fd < most; fd += STRIDE)
        REQUIRE(fcntl(0, F_DUPFD, fd) == fd);
    for (int fd = STRIDE; fd < most; fd += STRIDE) {
        CHECK(dup2(0, fd) == fd && fcntl(fd, F_DUPFD_CLOEXEC, fd) == fd + 1);
        CHECK(close(fd) == 0 && close(fd + 1) == 0 && close(fd) == -1 && errno == EBADF);
    }
    CHECK(dup(0) == first + 1);
    return check_failures != 0;
}
