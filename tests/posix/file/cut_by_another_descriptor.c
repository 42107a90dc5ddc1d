/* SPDX-License-Identifier: BSD-3-Clause */
/* What one open file does to the size is seen by all others of the same file at once. */
#include "check.h"

static off_t size_by(int fd)
{
    struct stat status;
    REQUIRE(fstat(fd, &status) == 0);
    return status.st_size;
}

int main(void)
{
    char text[32] = "";
    enter_scratch();
    make_file("f", "0123456789");
    int reader = open("f", O_RDONLY), writer = open("f", O_RDWR);
    REQUIRE(reader >= 0 && writer >= 0);
    CHECK(read(reader, text, 4) == 4 && lseek(writer, 8, SEEK_SET) == 8);

    int cutter = open("f", O_WRONLY | O_TRUNC);
    CHECK(cutter >= 0 && size_by(reader) == 0 && read(reader, text, 4) == 0);
    CHECK(write(writer, "late", 4) == 4 && size_by(reader) == 12);
    CHECK(read(reader, text, 31) == 8 && memcmp(text, "\0\0\0\0late", 8) == 0);
    CHECK(pread(reader, text, 31, 0) == 12 && memcmp(text, "\0\0\0\0\0\0\0\0late", 12) == 0);

    CHECK(lseek(reader, 0, SEEK_END) == 12 && write(cutter, "early", 5) == 5);
    CHECK(truncate("f", 100) == 0 && lseek(reader, -3, SEEK_END) == 97);
    CHECK(read(reader, text, 31) == 3 && memcmp(text, "\0\0\0", 3) == 0);
    CHECK(write(writer, "!", 1) == 1 && lseek(writer, 0, SEEK_CUR) == 13 && size_by(cutter) == 100);
    CHECK(ftruncate(cutter, 5) == 0 && pread(reader, text, 31, 0) == 5);
    show_file("f");
    CHECK_ERRNO(ftruncate(reader, 0), EINVAL);
    CHECK_ERRNO(ftruncate(cutter, -1), EINVAL);
    CHECK_ERRNO(lseek(reader, -6, SEEK_END), EINVAL);
    return check_done();
}
