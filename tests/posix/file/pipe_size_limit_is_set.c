/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 linux=no */
/* /proc/sys/fs/pipe-max-size bounds how far a pipe is enlarged. It is the whole machine's, so
 * Linux is not asked. */
#include "check.h"

static int ends[2];

static void set_limit(const char *text, int error)
{
    int fd = open("/proc/sys/fs/pipe-max-size", O_WRONLY);

    REQUIRE(fd >= 0);
    if (error == 0)
        CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    else
        CHECK_ERRNO(write(fd, text, strlen(text)), error);
    REQUIRE(close(fd) == 0);
}

static void limit_reads(const char *text)
{
    char seen[32] = "";
    int fd = open("/proc/sys/fs/pipe-max-size", O_RDONLY);

    CHECK(read(fd, seen, sizeof(seen) - 1) > 0 && strcmp(seen, text) == 0);
    REQUIRE(close(fd) == 0);
}

int main(void)
{
    REQUIRE(pipe(ends) == 0);
    limit_reads("1048576\n");
    CHECK_ERRNO(fcntl(ends[0], F_SETPIPE_SZ, 1048577), EPERM);
    set_limit("1048577\n", 0);
    limit_reads("2097152\n");
    CHECK(fcntl(ends[0], F_SETPIPE_SZ, 1048577) == 2097152);
    set_limit("0", 0);
    limit_reads("4096\n");
    CHECK_ERRNO(fcntl(ends[0], F_SETPIPE_SZ, 4194304), EPERM);
    CHECK(fcntl(ends[0], F_SETPIPE_SZ, 1048576) == 1048576); /* a smaller one is no matter */
    set_limit("4294967296", EINVAL);
    set_limit("much", EINVAL);
    set_limit("12x", EINVAL);
    limit_reads("4096\n");
    return atomic_load(&check_failures) != 0; /* nothing is printed if all is well */
}
