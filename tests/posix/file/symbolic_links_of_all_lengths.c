/* SPDX-License-Identifier: BSD-3-Clause */
/* A symbolic link gives back its text, of up to 4095 bytes, whole or the part that is asked for. */
#include "check.h"

static char target[5000], text[5000];

static void check_length(size_t length)
{
    struct stat status;
    memset(target, 't', length);
    target[length] = '\0';
    memset(text, '.', sizeof(text));
    REQUIRE(symlink(target, "link") == 0);
    CHECK(lstat("link", &status) == 0 && S_ISLNK(status.st_mode));
    CHECK(status.st_size == (off_t)length);
    CHECK(readlink("link", text, sizeof(text)) == (ssize_t)length);
    CHECK(memcmp(text, target, length) == 0 && text[length] == '.');
    memset(text, '.', sizeof(text));
    size_t part = length / 2 + 1;
    CHECK(readlink("link", text, part) == (ssize_t)(part < length ? part : length));
    CHECK(memcmp(text, target, part < length ? part : length) == 0 && text[part] == '.');
    CHECK(unlink("link") == 0);
}

int main(void)
{
    static const size_t lengths[] = {1, 2, 59, 60, 61, 255, 256, 1000, 4000, 4094, 4095};
    enter_scratch();
    for (unsigned i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
        check_length(lengths[i]);
    memset(target, 't', 4096);
    target[4096] = '\0';
    CHECK_ERRNO(symlink(target, "link"), ENAMETOOLONG);
    CHECK_ERRNO(symlink("", "link"), ENOENT);
    CHECK(symlink("x", "link") == 0);
    CHECK_ERRNO(symlink("y", "link"), EEXIST);
    CHECK_ERRNO(readlink("none", text, 10), ENOENT);
    CHECK_ERRNO(readlink(".", text, 10), EINVAL);
    return check_done();
}
