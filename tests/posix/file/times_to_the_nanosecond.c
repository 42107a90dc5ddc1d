/* SPDX-License-Identifier: BSD-3-Clause */
/* Times that are set are kept to the nanosecond, of files, folders and links, by name and by
 * descriptor, whatever was written shortly before. */
#include "check.h"

static const struct timespec set[2] = {{1000000001, 123456789}, {1234567890, 987654321}};

static bool same(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static void check_times(const char *path, const struct timespec *wanted)
{
    struct stat status;
    CHECK(lstat(path, &status) == 0);
    CHECK(same(status.st_atim, wanted[0]) && same(status.st_mtim, wanted[1]));
}

static void test_each_kind(void)
{
    make_file("file", "");
    REQUIRE(mkdir("folder", 0700) == 0 && symlink("file", "link") == 0);
    for (int i = 0; i < 3; i++) {
        const char *path = (const char *[]){"file", "folder", "link"}[i];
        CHECK(utimensat(AT_FDCWD, path, set, AT_SYMLINK_NOFOLLOW) == 0);
        check_times(path, set);
    }
}

static void test_open_file(void)
{
    const struct timespec next[2] = {{5, 1}, {6, 999999999}};
    struct stat status;
    int fd = open("file", O_RDWR);
    REQUIRE(fd >= 0 && write(fd, "text", 4) == 4);
    CHECK(futimens(fd, next) == 0 && fstat(fd, &status) == 0);
    CHECK(same(status.st_mtim, next[1]) && close(fd) == 0);
    check_times("file", next);
    fd = open("file", O_RDONLY);
    REQUIRE(fd >= 0 && fstat(fd, &status) == 0);
    CHECK(same(status.st_atim, next[0]) && same(status.st_mtim, next[1]) && close(fd) == 0);
}

static void test_one_of_both(void)
{
    struct timespec times[2] = {{7, 77}, {0, UTIME_OMIT}};
    const struct timespec first[2] = {{7, 77}, {6, 999999999}}, second[2] = {{7, 77}, {8, 88}};
    struct stat status;
    CHECK(utimensat(AT_FDCWD, "file", times, 0) == 0);
    check_times("file", first);
    times[0].tv_nsec = UTIME_OMIT;
    times[1] = second[1];
    CHECK(utimensat(AT_FDCWD, "link", times, 0) == 0);
    check_times("file", second);
    times[1].tv_nsec = UTIME_NOW;
    CHECK(utimensat(AT_FDCWD, "file", times, 0) == 0 && stat("file", &status) == 0);
    CHECK(same(status.st_atim, second[0]) && status.st_mtim.tv_sec > 1000000000);
    times[1].tv_nsec = SEC;
    CHECK_ERRNO(utimensat(AT_FDCWD, "file", times, 0), EINVAL);
}

int main(void)
{
    enter_scratch();
    test_each_kind();
    test_open_file();
    test_one_of_both();
    return check_done();
}
