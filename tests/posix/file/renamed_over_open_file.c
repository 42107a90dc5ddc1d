/* SPDX-License-Identifier: BSD-3-Clause */
/* A file whose name another one takes lives on with its data, open and mapped, apart from the new
 * one. */
#include "check.h"
#include <sys/mman.h>

static void check_reads(int fd, const char *wanted)
{
    char text[64] = "";
    CHECK(pread(fd, text, sizeof(text) - 1, 0) == (ssize_t)strlen(wanted));
    if (!CHECK(strcmp(text, wanted) == 0))
        printf("%s is not %s\n", text, wanted);
}

int main(void)
{
    struct stat status;
    enter_scratch();
    make_file("f", "the first");
    make_file("g", "the second");
    int first = open("f", O_RDWR), second = open("g", O_RDWR);
    REQUIRE(first >= 0 && second >= 0);
    char *map = mmap(NULL, 9, PROT_READ | PROT_WRITE, MAP_SHARED, first, 0);
    REQUIRE(map != MAP_FAILED && memcmp(map, "the first", 9) == 0);

    CHECK(rename("g", "f") == 0);
    check_reads(first, "the first");
    check_reads(second, "the second");
    CHECK(fstat(first, &status) == 0 && status.st_nlink == 0 && status.st_size == 9);
    CHECK(fstat(second, &status) == 0 && status.st_nlink == 1);
    show_file("f");

    memcpy(map, "THE", 3);
    CHECK(pwrite(first, " one", 4, 9) == 4 && pwrite(second, "THE SECOND", 10, 0) == 10);
    check_reads(first, "THE first one");
    show_file("f");
    CHECK(ftruncate(first, 3) == 0 && fsync(first) == 0);
    check_reads(first, "THE");
    show_file("f");
    CHECK(fchmod(first, 0600) == 0 && close(first) == 0 && memcmp(map, "THE", 3) == 0);
    CHECK(munmap(map, 9) == 0);

    CHECK(rename("f", "f") == 0);
    check_reads(second, "THE SECOND");
    CHECK(close(second) == 0 && unlink("f") == 0);
    CHECK_ERRNO(open("f", O_RDONLY), ENOENT);
    return check_done();
}
