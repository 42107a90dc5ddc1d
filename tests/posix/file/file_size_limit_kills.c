/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=153 */
/* Without a handler SIGXFSZ ends the program. */
#include "check.h"
#include <sys/resource.h>

int main(void)
{
    struct rlimit limit = {10, RLIM_INFINITY};

    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK(write(fd, "0123456789", 10) == 10);
    puts("the next byte is one too many");
    fflush(stdout);
    if (write(fd, "x", 1) != -1)
        puts("written");
    return 0;
}
