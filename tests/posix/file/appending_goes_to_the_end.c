/* SPDX-License-Identifier: BSD-3-Clause */
/* With O_APPEND every write goes to the end, wherever the position is and whoever else has made the
 * file larger; fcntl() turns it on and off. A write that fails leaves the position where it was. */
#include "check.h"
#include <sys/uio.h>

int main(void)
{
    char text[8] = "";
    struct iovec parts[2] = {{"ve", 2}, {"ctor", 4}};
    enter_scratch();
    make_file("f", "start");
    int fd = open("f", O_RDWR | O_APPEND), other = open("f", O_RDWR);
    REQUIRE(fd >= 0 && other >= 0);
    CHECK(lseek(fd, 0, SEEK_CUR) == 0 && write(fd, ",one", 4) == 4);
    CHECK(lseek(fd, 0, SEEK_CUR) == 9 && lseek(fd, 2, SEEK_SET) == 2);
    CHECK(read(fd, text, 3) == 3 && memcmp(text, "art", 3) == 0);
    CHECK(write(fd, ",two", 4) == 4 && lseek(fd, 0, SEEK_CUR) == 13);
    CHECK(pwrite(other, ",other", 6, 13) == 6 && write(fd, ",three", 6) == 6);
    show_file("f");
    CHECK(pwrite(fd, ",at 0", 5, 0) == 5 && writev(fd, parts, 2) == 6);
    show_file("f");
    CHECK(ftruncate(other, 5) == 0 && write(fd, "!", 1) == 1);
    show_file("f");
    CHECK(fcntl(fd, F_SETFL, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0 && write(fd, "S", 1) == 1);
    CHECK(fcntl(other, F_SETFL, O_APPEND) == 0 && write(other, "?", 1) == 1);
    CHECK(write(fd, "T", 1) == 1);
    show_file("f");
    CHECK(truncate("f", 40) == 0 && write(other, "end", 3) == 3 && lseek(fd, 0, SEEK_END) == 43);
    CHECK(lseek(other, 1, SEEK_SET) == 1);
    CHECK(write(other, (void *)16, 4) < 0 && errno == EFAULT && lseek(other, 0, SEEK_CUR) == 1);
    CHECK(write(other, "", 0) == 0 && lseek(other, 0, SEEK_CUR) == 1);
    return check_done();
}
