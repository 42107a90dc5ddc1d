/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* mremap keeps the contents while it grows, shrinks or moves a mapping,
 * and refuses what it must. */
#include "fault.h"
#include <sys/mman.h>

int main(void)
{
    catch_faults();
    char *base = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
    REQUIRE(base != MAP_FAILED);
    for (int i = 0; i < 8; i++)
        base[i * PAGE] = (char)(i + 1);
    CHECK(mremap(base, 8 * PAGE, 4 * PAGE, 0) == base);
    CHECK(read_fault(base + 4 * PAGE) == SIGSEGV);
    CHECK(mmap(base + 4 * PAGE, PAGE, PROT_READ, ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
    CHECK(mremap(base, 4 * PAGE, 6 * PAGE, 0) == MAP_FAILED && errno == ENOMEM);
    char *moved = mremap(base, 4 * PAGE, 64 * PAGE, MREMAP_MAYMOVE);
    REQUIRE(moved != MAP_FAILED && moved != base);
    for (int i = 0; i < 4; i++)
        CHECK(moved[i * PAGE] == i + 1);
    CHECK(moved[4 * PAGE] == 0 && moved[63 * PAGE] == 0);
    CHECK(read_fault(base) == SIGSEGV);
    char *target = mmap(NULL, 64 * PAGE, PROT_NONE, ANONYMOUS, -1, 0);
    REQUIRE(target != MAP_FAILED);
    CHECK(mremap(moved, 64 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target);
    CHECK(target[0] == 1 && target[PAGE] == 2 && read_fault(moved) == SIGSEGV);
    CHECK(read_fault(target + 2 * PAGE) == SIGSEGV);
    CHECK(mremap(target, PAGE, 1UL << 45, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM);
    char *wide =
        mmap(NULL, 1UL << 45, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(wide != MAP_FAILED);
    CHECK(mremap(target, PAGE, 1UL << 45, MREMAP_MAYMOVE | MREMAP_FIXED, wide) == MAP_FAILED &&
          errno == ENOMEM);
    CHECK(mremap(target + 1, PAGE, PAGE, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(target, PAGE, 0, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(target, PAGE, PAGE, 64) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(moved, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
    /* Large moves carry large pages. */
    char *large = mmap(NULL, 8 << 20, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
    REQUIRE(large != MAP_FAILED);
    for (size_t i = 0; i < 8 << 20; i += PAGE)
        large[i] = (char)(i / PAGE);
    large = mremap(large, 8 << 20, 12 << 20, MREMAP_MAYMOVE);
    REQUIRE(large != MAP_FAILED);
    size_t kept = 0;
    for (size_t i = 0; i < 8 << 20; i += PAGE)
        kept += large[i] == (char)(i / PAGE);
    printf("kept %zu pages\n", kept);
    return check_done();
}
