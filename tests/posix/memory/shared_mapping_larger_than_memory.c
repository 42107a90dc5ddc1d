/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 mem=64M */
/* A file of holes larger than the machine is mapped shared; only what is touched takes memory. */
#include "check.h"

#include <sys/mman.h>

#define SIZE (4UL << 30)
#define STEP (64UL << 20)

int main(void)
{
    enter_scratch();
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, SIZE) == 0);
    char *at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(at != MAP_FAILED);
    for (unsigned long i = 0; i < SIZE; i += STEP)
        at[i + 5] = (char)(1 + i / STEP);

    struct stat st;
    CHECK(fstat(fd, &st) == 0 && st.st_size == SIZE && st.st_blocks < 4096);
    for (unsigned long i = 0; i < SIZE; i += STEP) {
        char byte = 0;
        CHECK(pread(fd, &byte, 1, (off_t)(i + 5)) == 1 && byte == (char)(1 + i / STEP));
        CHECK(at[i + STEP / 2] == 0);
    }
    CHECK(munmap(at, SIZE) == 0);
    return check_done();
}
