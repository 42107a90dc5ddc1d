/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Files keep times of before 1970 and after 2106, to the nanosecond, whatever call sets them. */
#include "check.h"

#include <linux/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <utime.h>

static void show(const char *what)
{
    struct stat s = {0};
    struct statx x;

    REQUIRE(stat("file", &s) == 0);
    REQUIRE(syscall(SYS_statx, AT_FDCWD, "file", 0, STATX_ATIME | STATX_MTIME, &x) == 0);
    CHECK(x.stx_atime.tv_sec == s.st_atim.tv_sec && x.stx_atime.tv_nsec == s.st_atim.tv_nsec);
    CHECK(x.stx_mtime.tv_sec == s.st_mtim.tv_sec && x.stx_mtime.tv_nsec == s.st_mtim.tv_nsec);
    CHECK(s.st_ctim.tv_sec > 1000000000);
    printf("%s: %lld %ld, %lld %ld\n", what, (long long)s.st_atim.tv_sec, s.st_atim.tv_nsec,
           (long long)s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
}

/* The access time follows a read only if it is older than the last change, or than a day. */
static void read_with_times(long long atime, long long mtime)
{
    struct timespec set[2] = {{.tv_sec = atime, .tv_nsec = 1}, {.tv_sec = mtime}};
    struct stat s = {0};
    char byte;
    int fd = open("file", O_RDONLY);

    CHECK(utimensat(AT_FDCWD, "file", set, 0) == 0);
    CHECK(read(fd, &byte, 1) == 1 && fstat(fd, &s) == 0);
    close(fd);
    printf("read with %lld, %lld: %s\n", atime, mtime,
           s.st_atim.tv_sec == atime ? "as before" : "accessed now");
}

int main(void)
{
    static const long long seconds[] = {-1,         -2,         -86400 * 366LL, -2147483647LL,
                                        2147483648, 4294967295, 4294967296,     7258118400};
    struct utimbuf old = {.actime = -5, .modtime = -2000000000};
    struct timeval precise[2] = {{.tv_sec = -6, .tv_usec = 999999}, {.tv_sec = -7, .tv_usec = 1}};

    enter_scratch();
    make_file("file", "text");
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        struct timespec set[2] = {{.tv_sec = seconds[i], .tv_nsec = 999999999},
                                  {.tv_sec = seconds[i], .tv_nsec = 0}};
        CHECK(utimensat(AT_FDCWD, "file", set, 0) == 0);
        show("utimensat");
    }
    CHECK(utime("file", &old) == 0);
    show("utime");
    CHECK(utimes("file", precise) == 0);
    show("utimes");
    CHECK(syscall(SYS_futimesat, AT_FDCWD, "file", precise) == 0);
    show("futimesat");
    read_with_times(-1000, -1001);
    read_with_times(-1001, -1000);
    read_with_times(7258118400, 4294967296);
    return check_done();
}
