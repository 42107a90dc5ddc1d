/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder is renamed while files in it are open, mapped, and somebody works in it. */
#include "check.h"
#include <limits.h>
#include <sys/mman.h>

/* The last n bytes of the working folder's path. */
static const char *tail(size_t n)
{
    static char path[PATH_MAX];
    REQUIRE(getcwd(path, sizeof(path)) != NULL && strlen(path) > n);
    return path + strlen(path) - n;
}

int main(void)
{
    char text[16] = "";
    enter_scratch();
    int top = open(".", O_RDONLY | O_DIRECTORY);
    REQUIRE(mkdir("a", 0700) == 0 && mkdir("a/b", 0700) == 0 && mkdir("c", 0700) == 0);
    make_file("a/b/f", "content");
    int fd = open("a/b/f", O_RDWR), folder = open("a/b", O_RDONLY | O_DIRECTORY);
    REQUIRE(fd >= 0 && folder >= 0 && chdir("a/b") == 0);
    char *map = mmap(NULL, 7, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED);

    CHECK(renameat(top, "a", top, "c/moved") == 0);
    CHECK(strcmp(tail(10), "/c/moved/b") == 0);
    CHECK_ERRNO(openat(top, "a/b/f", O_RDONLY), ENOENT);
    memcpy(map, "CON", 3);
    CHECK(pwrite(fd, "s", 1, 7) == 1 && pread(fd, text, 15, 0) == 8);
    printf("%s\n", text);
    show_file("f");
    int made = openat(folder, "made", O_WRONLY | O_CREAT | O_EXCL, 0600);
    CHECK(made >= 0 && write(made, "new", 3) == 3 && close(made) == 0);
    CHECK(faccessat(top, "c/moved/b/made", F_OK, 0) == 0 && access("../../moved/b/f", F_OK) == 0);

    CHECK(renameat(top, "c/moved/b", top, "b") == 0);
    CHECK(strcmp(tail(2), "/b") == 0);
    show_file("made");
    CHECK(unlinkat(folder, "f", 0) == 0 && pread(fd, text, 15, 0) == 8);
    CHECK(munmap(map, 7) == 0 && close(fd) == 0 && unlink("made") == 0);
    CHECK(fchdir(top) == 0 && rmdir("b") == 0 && rmdir("c/moved") == 0 && rmdir("c") == 0);
    CHECK_ERRNO(openat(folder, "x", O_WRONLY | O_CREAT, 0600), ENOENT);
    return check_done();
}
