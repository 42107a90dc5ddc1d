/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* MADV_DONTNEED gives zero pages again, MADV_FREE keeps or zeroes, hints are accepted. */
#include "fault.h"
#include <sys/mman.h>

int main(void)
{
    catch_faults();
    char *base = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
    REQUIRE(base != MAP_FAILED);
    memset(base, 9, 4 << 20);
    CHECK(madvise(base + PAGE, 2 * PAGE, MADV_DONTNEED) == 0);
    printf("%d %d %d %d\n", base[0], base[PAGE], base[3 * PAGE - 1], base[3 * PAGE]);
    CHECK(madvise(base, 4 << 20, MADV_DONTNEED) == 0);
    size_t nonzero = 0;
    for (size_t i = 0; i < 4 << 20; i++)
        nonzero += base[i] != 0;
    printf("nonzero %zu\n", nonzero);
    memset(base, 9, PAGE);
    CHECK(madvise(base, PAGE, MADV_FREE) == 0);
    CHECK(base[5] == 9 || base[5] == 0);
    CHECK(madvise(base, PAGE, MADV_NORMAL) == 0 && madvise(base, PAGE, MADV_WILLNEED) == 0);
    CHECK(madvise(base, PAGE, MADV_SEQUENTIAL) == 0 && madvise(base, PAGE, MADV_RANDOM) == 0);
    CHECK_ERRNO(madvise(base + 1, PAGE, MADV_DONTNEED), EINVAL);
    CHECK_ERRNO(madvise(base, PAGE, 12345), EINVAL);
    CHECK(munmap(base + PAGE, PAGE) == 0);
    CHECK_ERRNO(madvise(base, 3 * PAGE, MADV_DONTNEED), ENOMEM);
    return check_done();
}
