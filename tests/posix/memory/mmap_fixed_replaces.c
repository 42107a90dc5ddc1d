/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* MAP_FIXED replaces what was mapped; MAP_FIXED_NOREPLACE refuses with EEXIST; a free hint is
 * taken. */
#include "fault.h"
#include <sys/mman.h>

int main(void)
{
    char *base = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);

    REQUIRE(base != MAP_FAILED);
    memset(base, 7, 4 * PAGE);
    CHECK(mmap(base + PAGE, PAGE, PROT_READ | PROT_WRITE, ANONYMOUS | MAP_FIXED, -1, 0) ==
          base + PAGE);
    printf("%d %d %d\n", base[PAGE - 1], base[PAGE], base[2 * PAGE]);
    CHECK(mmap(base, PAGE, PROT_READ, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED &&
          errno == EEXIST);
    CHECK(munmap(base + 2 * PAGE, PAGE) == 0);
    CHECK(mmap(base + PAGE, 2 * PAGE, PROT_READ, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
              MAP_FAILED &&
          errno == EEXIST);
    CHECK(mmap(base + 2 * PAGE, PAGE, PROT_READ, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
          base + 2 * PAGE);
    CHECK(munmap(base + 2 * PAGE, PAGE) == 0);
    CHECK(mmap(base + 2 * PAGE, PAGE, PROT_READ, ANONYMOUS, -1, 0) == base + 2 * PAGE);
    char *other = mmap(base, PAGE, PROT_READ, ANONYMOUS, -1, 0);
    CHECK(other != MAP_FAILED && other != base && base[0] == 7);
    return check_done();
}
