/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Reading, writing and changing set the right times; utimensat sets what it is given. */
#include "check.h"

static struct stat look(void)
{
    struct stat status = {0};

    REQUIRE(stat("file", &status) == 0);
    return status;
}

static long long ns(struct timespec time)
{
    return time.tv_sec * SEC + time.tv_nsec;
}

int main(void)
{
    struct timespec set[2] = {{.tv_sec = 1000, .tv_nsec = 5}, {.tv_sec = 2000, .tv_nsec = 6}};

    enter_scratch();
    make_file("file", "text");
    struct stat first = look();
    sleep_ms(30);
    CHECK(chmod("file", 0600) == 0);
    struct stat changed = look();
    CHECK(ns(changed.st_ctim) > ns(first.st_ctim) && ns(changed.st_mtim) == ns(first.st_mtim));
    CHECK(utimensat(AT_FDCWD, "file", set, 0) == 0);
    struct stat given = look();
    printf("%ld.%ld %ld.%ld\n", (long)given.st_atim.tv_sec, given.st_atim.tv_nsec,
           (long)given.st_mtim.tv_sec, given.st_mtim.tv_nsec);
    set[0].tv_nsec = UTIME_OMIT;
    set[1].tv_nsec = UTIME_NOW;
    CHECK(utimensat(AT_FDCWD, "file", set, 0) == 0);
    struct stat now = look();
    CHECK(ns(now.st_atim) == ns(given.st_atim) && ns(now.st_mtim) > ns(first.st_mtim));
    set[0].tv_nsec = SEC;
    CHECK_ERRNO(utimensat(AT_FDCWD, "file", set, 0), EINVAL);
    sleep_ms(30);
    int fd = open("file", O_RDWR);
    CHECK(write(fd, "t", 1) == 1 && ns(look().st_mtim) > ns(now.st_mtim));
    CHECK(futimens(fd, (struct timespec[2]){{.tv_sec = 7}, {.tv_sec = 8}}) == 0);
    CHECK(look().st_mtim.tv_sec == 8);
    CHECK(symlink("file", "link") == 0);
    CHECK(utimensat(AT_FDCWD, "link", (struct timespec[2]){{.tv_sec = 9}, {.tv_sec = 9}},
                    AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(look().st_mtim.tv_sec == 8);
    return check_done();
}
