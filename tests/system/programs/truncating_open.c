/* SPDX-License-Identifier: BSD-3-Clause */
/* An open(2) with O_TRUNC that fails for lack of memory truncates nothing. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 100

int main(void)
{
    struct rlimit many = {1 << 20, 1 << 20};
    struct stat status;
    char name[16];

    setrlimit(RLIMIT_NOFILE, &many);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof(name), "f%d", i);
        int fd = open(name, O_CREAT | O_WRONLY, 0600);
        if (write(fd, "x", 1) != 1)
            return 1;
        close(fd);
    }
    while (open("f0", O_RDONLY) >= 0)
        ;
    printf("open: %s\n", strerror(errno));
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof(name), "f%d", i);
        if (open(name, O_WRONLY | O_TRUNC) >= 0)
            continue;
        int error = errno;
        printf("open: %s, ", strerror(error));
        printf("size %ld\n", stat(name, &status) == 0 ? (long)status.st_size : -1L);
        return 0;
    }
    puts("no open failed");
    return 0;
}
