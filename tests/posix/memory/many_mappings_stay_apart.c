/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Thousands of neighbouring mappings with different protections keep their contents and split and
 * merge. */
#include "fault.h"
#include <sys/mman.h>

#define COUNT 6000

int main(void)
{
    catch_faults();
    char *base = mmap(NULL, COUNT * PAGE, PROT_NONE, ANONYMOUS, -1, 0);
    REQUIRE(base != MAP_FAILED);
    for (size_t i = 0; i < COUNT; i += 2)
        REQUIRE(mprotect(base + i * PAGE, PAGE, PROT_READ | PROT_WRITE) == 0);
    for (size_t i = 0; i < COUNT; i += 2)
        base[i * PAGE] = (char)(i / 2);
    for (size_t i = 1; i < COUNT; i += 400)
        CHECK(read_fault(base + i * PAGE) == SIGSEGV);
    for (size_t i = 1; i < COUNT; i += 2)
        REQUIRE(mprotect(base + i * PAGE, PAGE, PROT_READ | PROT_WRITE) == 0);
    size_t right = 0;
    for (size_t i = 0; i < COUNT; i++)
        right += base[i * PAGE] == (i % 2 ? 0 : (char)(i / 2));
    printf("right %zu\n", right);
    for (size_t i = 0; i < COUNT; i += 3)
        REQUIRE(munmap(base + i * PAGE, PAGE) == 0);
    CHECK(munmap(base, COUNT * PAGE) == 0);
    CHECK(read_fault(base + PAGE) == SIGSEGV);
    return check_done();
}
