/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 mem=64M */
/* Reservations of 1 TiB cost nothing, can be opened page by page and given back. */
#include "fault.h"
#include <sys/mman.h>

#define TIB (1ul << 40)

int main(void)
{
    catch_faults();
    for (int round = 0; round < 20; round++) {
        char *base = mmap(NULL, TIB, PROT_NONE, ANONYMOUS | MAP_NORESERVE, -1, 0);
        REQUIRE(base != MAP_FAILED);
        CHECK(read_fault(base + TIB / 2) == SIGSEGV);
        for (size_t at = 0; at < TIB; at += TIB / 4) {
            CHECK(mprotect(base + at, PAGE, PROT_READ | PROT_WRITE) == 0);
            base[at] = 1;
            CHECK(write_fault(base + at + PAGE) == SIGSEGV);
        }
        CHECK(munmap(base, TIB) == 0);
        CHECK(read_fault(base) == SIGSEGV);
    }
    char *three[3];
    for (int i = 0; i < 3; i++)
        CHECK((three[i] = mmap(NULL, TIB, PROT_NONE, ANONYMOUS, -1, 0)) != MAP_FAILED);
    for (int i = 0; i < 3; i++)
        CHECK(munmap(three[i], TIB) == 0);
    return check_done();
}
