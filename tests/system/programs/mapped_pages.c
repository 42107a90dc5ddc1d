/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Works on a file that is larger than the machine's memory, through mappings and small calls, then
 * wants memory for other things: what the file's pages take must be given back.
 *
 *     mapped_pages FILE PAGES MIB
 *
 * Each page's first word is its number when this begins, and twice that at the end.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096L

static int fd;
static uint64_t *map;
static long nr_pages;

static void check(int ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(1);
}

/* Numbers that are not `factor` times their pages'. */
static long wrong(long factor)
{
    long n = 0;
    uint64_t word;
    for (long page = 0; page < nr_pages; page++) {
        n += map[page * PAGE / 8] != (uint64_t)(page * factor);
        if (page % 7 == 0)
            n += pread(fd, &word, 8, page * PAGE) != 8 || word != (uint64_t)(page * factor);
    }
    return n;
}

/* A file in memory is what the kernel itself needs pages for. */
static void fill_tmp(size_t mib)
{
    static char bytes[1 << 20];
    int tmp = open("/dev/shm/other", O_RDWR | O_CREAT, 0600);
    check(tmp >= 0, "open");
    for (size_t i = 0; i < mib; i++)
        check(write(tmp, bytes, sizeof(bytes)) == sizeof(bytes), "write");
    check(unlink("/dev/shm/other") == 0 && close(tmp) == 0, "close");
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    size_t mib = (size_t)atol(argv[3]);
    nr_pages = atol(argv[2]);
    fd = open(argv[1], O_RDWR);
    check(fd >= 0, argv[1]);
    map = mmap(NULL, (size_t)(nr_pages * PAGE), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    check(map != MAP_FAILED, "mmap");
    printf("%ld wrong\n", wrong(1));
    for (long page = 0; page < nr_pages; page++)
        map[page * PAGE / 8] *= 2;
    char *memory = malloc(mib << 20);
    check(memory != NULL, "malloc");
    memset(memory, 1, mib << 20);
    free(memory);
    printf("%ld wrong\n", wrong(2));
    fill_tmp(mib / 2);
    printf("%ld wrong\n", wrong(2));
    fflush(stdout);
    _exit(0); /* the mapping is there still */
}
