/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes whole pages of "data", three pages of 'A' from the root folder, from buffers
 * with an unreadable end. Bytes that were not written must be unchanged.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static char *edge; /* the page from here on is not mapped */
static int wrong;

static void check(int fd, int page, ssize_t written)
{
    char bytes[4096];
    ssize_t good = 0;

    if (pread(fd, bytes, sizeof(bytes), page * 4096L) != sizeof(bytes))
        wrong = 1;
    for (ssize_t i = 0; i < (ssize_t)sizeof(bytes); i++)
        good += bytes[i] == (i < written ? 'B' : 'A');
    printf("page %d: %zd written, %zd right\n", page, written, good);
    wrong |= good != sizeof(bytes) || written > 100;
}

int main(void)
{
    int fd = open("/data", O_RDWR);
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    edge = memory + 4096;
    memset(memory, 'B', 4096);
    munmap(edge, 4096);
    check(fd, 0, pwrite(fd, edge - 100, 4096, 0));
    struct iovec two[] = {{edge - 100, 100}, {edge, 3996}};
    check(fd, 1, pwritev(fd, two, 2, 4096));
    lseek(fd, 8192, SEEK_SET);
    check(fd, 2, write(fd, edge - 1, 4096));
    return wrong;
}
