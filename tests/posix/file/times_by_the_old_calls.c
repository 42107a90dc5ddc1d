/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* utime, utimes and futimesat set a file's times, in seconds and microseconds. */
#include "check.h"
#include <sys/syscall.h>
#include <sys/time.h>
#include <utime.h>

static void show(const char *what)
{
    struct stat status;

    REQUIRE(stat("file", &status) == 0);
    printf("%s: %ld.%09ld %ld.%09ld\n", what, (long)status.st_atim.tv_sec, status.st_atim.tv_nsec,
           (long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

int main(void)
{
    struct utimbuf seconds = {.actime = 1111, .modtime = 2222};
    struct timeval micro[2] = {{3333, 4}, {5555, 999999}};
    struct stat status;
    time_t before = time(NULL);

    enter_scratch();
    make_file("file", "text");
    int folder = open(".", O_RDONLY | O_DIRECTORY);

    CHECK(syscall(SYS_utime, "file", &seconds) == 0);
    show("utime");
    CHECK(syscall(SYS_utimes, "file", micro) == 0);
    show("utimes");
    micro[0].tv_sec++;
    CHECK(syscall(SYS_futimesat, folder, "file", micro) == 0);
    show("futimesat");
    micro[1].tv_usec = 1000000;
    CHECK_ERRNO(syscall(SYS_utimes, "file", micro), EINVAL);
    micro[1].tv_usec = -1;
    CHECK_ERRNO(syscall(SYS_futimesat, folder, "file", micro), EINVAL);
    CHECK_ERRNO(syscall(SYS_utime, "absent", &seconds), ENOENT);
    CHECK_ERRNO(syscall(SYS_utimes, "absent", NULL), ENOENT);
    CHECK_ERRNO(syscall(SYS_futimesat, 99, "file", NULL), EBADF);
    CHECK_ERRNO(syscall(SYS_utime, "file", 8L), EFAULT);
    show("after errors");
    CHECK(syscall(SYS_utime, "file", NULL) == 0 && stat("file", &status) == 0);
    CHECK(status.st_atime >= before && status.st_mtime >= before);
    return check_done();
}
