/* SPDX-License-Identifier: BSD-3-Clause */
/* Modes change under open files, which keep their rights; all twelve bits are kept. */
#include "check.h"

static int mode_of(const char *path)
{
    struct stat status;
    REQUIRE(stat(path, &status) == 0);
    return (int)(status.st_mode & 07777);
}

int main(void)
{
    char text[8] = "";
    enter_scratch();
    make_file("f", "text");
    REQUIRE(mkdir("d", 0700) == 0);
    int fd = open("f", O_RDWR), folder = open("d", O_RDONLY);
    CHECK(fchmod(fd, 0) == 0 && mode_of("f") == 0);
    CHECK(pread(fd, text, 4, 0) == 4 && pwrite(fd, "T", 1, 0) == 1 && fsync(fd) == 0);
    CHECK(ftruncate(fd, 3) == 0 && chmod("f", 0604) == 0);
    static const int modes[] = {0600, 0644, 0755, 0777, 04755, 02750, 06711, 01666};
    for (unsigned i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
        CHECK(fchmod(fd, (mode_t)modes[i]) == 0);
        printf("%04o\n", (unsigned)mode_of("f"));
    }
    for (int mode = 0700; mode <= 07777; mode += 01111) {
        CHECK(fchmod(folder, (mode_t)mode) == 0);
        printf("%04o\n", (unsigned)mode_of("d"));
    }
    CHECK_ERRNO(chmod("none", 0600), ENOENT);
    CHECK_ERRNO(chmod("f/x", 0600), ENOTDIR);
    CHECK(chmod("f", 0600) == 0);
    show_file("f");
    return check_done();
}
