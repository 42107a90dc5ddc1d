/* SPDX-License-Identifier: BSD-3-Clause */
/* Copies /proc/self/exe to stdout; with an argument, the open may fail for lack of memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct stat status;
    int fd = open("/proc/self/exe", O_RDONLY);

    (void)argv;
    if (argc > 1 && fd < 0) {
        int error = errno;
        printf("stat %d, %s\n", stat("/proc/self/exe", &status), strerror(error));
        return 0;
    }
    if (fd < 0 || fstat(fd, &status) != 0)
        return 1;
    while (sendfile(1, fd, NULL, 1 << 20) > 0)
        ;
    return lseek(fd, 0, SEEK_CUR) != status.st_size;
}
