/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Unmapping the middle, a range with holes, and one across mappings leaves just the rest. */
#include "fault.h"
#include <sys/mman.h>

static void show(const char *what, char *base, int pages)
{
    printf("%s: ", what);
    for (int i = 0; i < pages; i++)
        putchar(read_fault(base + i * PAGE) ? '.' : '#');
    putchar('\n');
}

int main(void)
{
    catch_faults();
    char *base = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
    REQUIRE(base != MAP_FAILED);
    memset(base, 3, 16 * PAGE);
    show("whole", base, 16);
    CHECK(munmap(base + 4 * PAGE, 2 * PAGE) == 0);
    show("middle out", base, 16);
    CHECK(munmap(base + 3 * PAGE, 5 * PAGE) == 0);
    show("with a hole", base, 16);
    CHECK(mprotect(base + 10 * PAGE, PAGE, PROT_READ) == 0);
    CHECK(munmap(base + 9 * PAGE, 3 * PAGE - 100) == 0);
    show("across mappings", base, 16);
    CHECK(munmap(base + 3 * PAGE, 5 * PAGE) == 0);
    CHECK(base[0] == 3 && base[15 * PAGE] == 3);
    CHECK(munmap(base, 16 * PAGE) == 0);
    show("all out", base, 16);
    return check_done();
}
