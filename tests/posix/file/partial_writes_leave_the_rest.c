/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A write that cannot read all of its buffer changes what it counts, and nothing else. */
#include "check.h"
#include <sys/mman.h>
#include <sys/uio.h>

static char *edge; /* the page from here on is not there */
static int fd;

/* Bytes of the page at `at` that are wrong: `written` times 'B', `rest` behind. */
static void verify(long at, ssize_t written, char rest)
{
    char bytes[4096];

    CHECK(written == -1 ? errno == EFAULT : written > 0 && written <= 100);
    REQUIRE(pread(fd, bytes, sizeof(bytes), at) == (ssize_t)sizeof(bytes));
    int wrong = 0;
    for (ssize_t i = 0; i < (ssize_t)sizeof(bytes); i++)
        wrong += bytes[i] != (i < written ? 'B' : rest);
    printf("at %ld: %d wrong\n", at, wrong);
}

int main(void)
{
    char page[4096];
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    enter_scratch();
    edge = memory + 4096;
    memset(memory, 'B', 4096);
    REQUIRE(munmap(edge, 4096) == 0);
    fd = open("file", O_RDWR | O_CREAT, 0600);
    memset(page, 'A', sizeof(page));
    for (int i = 0; i < 3; i++)
        REQUIRE(write(fd, page, sizeof(page)) == 4096);
    verify(0, pwrite(fd, edge - 100, 4096, 0), 'A');
    struct iovec two[] = {{edge - 100, 100}, {edge, 3996}};
    verify(4096, pwritev(fd, two, 2, 4096), 'A');
    lseek(fd, 8192, SEEK_SET);
    verify(8192, write(fd, edge - 1, 4096), 'A');
    /* The same into a hole. */
    REQUIRE(ftruncate(fd, 10 * 4096) == 0);
    verify(4 * 4096, pwrite(fd, edge - 100, 4096, 4 * 4096L), 0);
    return check_done();
}
