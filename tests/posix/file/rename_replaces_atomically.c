/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* rename replaces files, moves folders, obeys the rules; a reader always finds old or new. */
#include "check.h"

static atomic_int stop;

static void *look(void *unused)
{
    long bad = 0;
    char byte;

    (void)unused;
    while (!atomic_load(&stop)) {
        int fd = open("target", O_RDONLY);
        if (fd < 0 || read(fd, &byte, 1) != 1 || (byte != 'a' && byte != 'b'))
            bad++;
        close(fd);
    }
    return (void *)bad;
}

int main(void)
{
    struct stat before, after;

    enter_scratch();
    make_file("target", "a");
    pthread_t thread = start(look, NULL);
    for (int i = 0; i < 200; i++) {
        make_file("new", i % 2 ? "a" : "b");
        CHECK(rename("new", "target") == 0);
    }
    atomic_store(&stop, 1);
    CHECK(join(thread) == NULL);
    CHECK_ERRNO(access("new", F_OK), ENOENT);
    REQUIRE(mkdir("folder", 0755) == 0 && mkdir("empty", 0755) == 0);
    make_file("folder/file", "inside");
    CHECK(stat("folder", &before) == 0);
    CHECK(rename("folder", "empty") == 0 && stat("empty", &after) == 0);
    CHECK(before.st_ino == after.st_ino);
    show_file("empty/file");
    REQUIRE(mkdir("other", 0755) == 0);
    CHECK_ERRNO(rename("other", "empty"), ENOTEMPTY);
    CHECK_ERRNO(rename("target", "empty"), EISDIR);
    CHECK_ERRNO(rename("empty", "target"), ENOTDIR);
    CHECK_ERRNO(rename("empty", "empty/below"), EINVAL);
    CHECK_ERRNO(rename("absent", "target"), ENOENT);
    CHECK(rename("target", "target") == 0);
    CHECK(link("target", "second") == 0 && rename("target", "second") == 0);
    CHECK(access("target", F_OK) == 0);
    CHECK(rename("target", "empty/moved") == 0);
    show_file("empty/moved");
    return check_done();
}
