/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* /dev/zero maps as zeroed memory, private and shared, each mapping for itself. */
#include "check.h"
#include <sys/mman.h>

#define SIZE 65536UL

static char *map(int fd, int prot, int flags, off_t offset)
{
    char *p = mmap(NULL, SIZE, prot, flags, fd, offset);
    if (p == MAP_FAILED) {
        printf("%s\n", strerror(errno));
        return NULL;
    }
    return p;
}

static int is_zero(const char *p)
{
    for (size_t i = 0; i < SIZE; i++)
        if (p[i] != 0)
            return 0;
    return 1;
}

int main(void)
{
    int rw = PROT_READ | PROT_WRITE;
    int zero = open("/dev/zero", O_RDWR), read_only = open("/dev/zero", O_RDONLY);
    int write_only = open("/dev/zero", O_WRONLY), null = open("/dev/null", O_RDWR);
    char *a = map(zero, rw, MAP_PRIVATE, 0), *b = map(zero, rw, MAP_SHARED, 0);
    REQUIRE(a != NULL && b != NULL && is_zero(a) && is_zero(b));
    memset(a, 1, SIZE);
    memset(b, 2, SIZE);
    char *c = map(zero, rw, MAP_SHARED, 0), *d = map(read_only, rw, MAP_PRIVATE, 4096);
    REQUIRE(c != NULL && d != NULL && is_zero(c) && is_zero(d));
    memset(d, 3, SIZE);
    CHECK(madvise(a, SIZE, MADV_DONTNEED) == 0 && is_zero(a));
    CHECK(madvise(b, SIZE, MADV_DONTNEED) == 0 && b[SIZE - 1] == 2);
    CHECK(mmap(a, SIZE, rw, MAP_PRIVATE | MAP_FIXED, zero, 0) == a && is_zero(a));
    char *e = map(read_only, PROT_READ, MAP_SHARED, 0);
    CHECK(e != NULL && is_zero(e));
    map(read_only, rw, MAP_SHARED, 0);
    map(write_only, PROT_READ, MAP_PRIVATE, 0);
    map(null, PROT_READ, MAP_PRIVATE, 0);
    map(zero, PROT_READ, MAP_PRIVATE, 100);
    CHECK(close(zero) == 0 && b[0] == 2);
    CHECK(munmap(b, SIZE) == 0);
    return check_failures != 0;
}
