/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 mem=64M */
/*
 * A hole that is punched into a file takes its pages out of shared and private
 * mappings, but not the private copies; truncation takes those too, and what lies
 * beyond the new end is SIGBUS.
 */
#include "check.h"
#include "fault.h"

#include <sys/mman.h>

#ifndef FALLOC_FL_KEEP_SIZE
#define FALLOC_FL_KEEP_SIZE  1
#define FALLOC_FL_PUNCH_HOLE 2
#endif

#define PAGES 8

static char *map(int fd, int flags)
{
    char *at = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);

    REQUIRE(at != MAP_FAILED);
    return at;
}

/* The first byte of each page; '-': zero, '!': SIGBUS. */
static void show(const char *name, const char *at)
{
    printf("%s: ", name);
    for (unsigned i = 0; i < PAGES; i++) {
        int sig = read_fault(at + i * PAGE);
        putchar(sig == SIGBUS ? '!' : at[i * PAGE] == 0 ? '-' : at[i * PAGE]);
    }
    putchar('\n');
}

int main(void)
{
    catch_faults();
    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, PAGES * PAGE) == 0);
    char *shared = map(fd, MAP_SHARED), *private = map(fd, MAP_PRIVATE);
    for (unsigned i = 0; i < PAGES; i++)
        shared[i * PAGE] = (char)('a' + i);
    show("private, all clean", private);
    private[1 * PAGE] = 'B';
    private[3 * PAGE] = 'D';
    private[6 * PAGE] = 'G';

    CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE, 3 * PAGE) == 0);
    show("shared with a hole", shared);
    show("private with a hole", private);

    CHECK(pwrite(fd, "x", 1, 2 * PAGE) == 1);
    show("private after a write into the hole", private);

    CHECK(mprotect(private, PAGES * PAGE, PROT_READ) == 0);
    CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4 * PAGE, 3 * PAGE) == 0);
    show("private, read only, with a second hole", private);

    CHECK(ftruncate(fd, 2 * PAGE) == 0);
    show("shared, cut off", shared);
    show("private, cut off", private);
    CHECK(ftruncate(fd, PAGES * PAGE) == 0);
    show("private, longer again", private);
    return check_done();
}
