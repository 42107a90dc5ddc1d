/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* An unlinked file can be used until its last descriptor is closed; its name is free at once. */
#include "check.h"

int main(void)
{
    struct stat status;
    char buffer[16] = {0};

    enter_scratch();
    make_file("file", "old");
    int fd = open("file", O_RDWR);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 1);
    CHECK(unlink("file") == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 0 && status.st_size == 3);
    make_file("file", "new file");
    CHECK(write(fd, "OLDER", 5) == 5 && pread(fd, buffer, 16, 0) == 5);
    puts(buffer);
    show_file("file");
    CHECK(close(fd) == 0);
    return check_done();
}
