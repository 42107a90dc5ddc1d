/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* build: -fno-builtin */
/* calloc zeroes and guards overflow, realloc keeps, aligned forms align, impossible sizes are
 * ENOMEM. */
#include "check.h"
#include <malloc.h>

int main(void)
{
    static volatile size_t huge = SIZE_MAX / 2;
    unsigned char *zeroed = calloc(1000, 1000);
    size_t nonzero = 0;
    void *aligned = NULL;

    REQUIRE(zeroed != NULL);
    for (size_t i = 0; i < 1000000; i++)
        nonzero += zeroed[i] != 0;
    CHECK(nonzero == 0);
    errno = 0;
    CHECK(calloc(huge, 4) == NULL && errno == ENOMEM);
    errno = 0;
    CHECK(malloc(huge) == NULL && errno == ENOMEM);
    for (int i = 0; i < 1000000; i++)
        zeroed[i] = (unsigned char)(i * 7);
    zeroed = realloc(zeroed, 3000000);
    REQUIRE(zeroed != NULL);
    size_t kept = 0;
    for (int i = 0; i < 1000000; i++)
        kept += zeroed[i] == (unsigned char)(i * 7);
    CHECK(kept == 1000000);
    CHECK(realloc(zeroed, huge) == NULL && zeroed[1] == 7);
    free(zeroed);
    for (size_t alignment = 16; alignment <= 1 << 21; alignment *= 8) {
        CHECK(posix_memalign(&aligned, alignment, 100) == 0);
        CHECK((uintptr_t)aligned % alignment == 0 && malloc_usable_size(aligned) >= 100);
        free(aligned);
        aligned = aligned_alloc(alignment, alignment);
        CHECK(aligned != NULL && (uintptr_t)aligned % alignment == 0);
        free(aligned);
    }
    size_t unaligned = 0;
    for (size_t alignment = 16; alignment <= 1 << 16; alignment *= 2) {
        for (size_t size = 1; size <= 1 << 17; size += 1 + size / 3) {
            void *blocks[3];
            for (int i = 0; i < 3; i++) {
                blocks[i] = aligned_alloc(alignment, size);
                unaligned += blocks[i] == NULL || (uintptr_t)blocks[i] % alignment != 0;
            }
            void *whole = aligned_alloc(alignment, alignment);
            unaligned += whole == NULL || (uintptr_t)whole % alignment != 0;
            for (int i = 0; i < 3; i++)
                free(blocks[i]);
            free(whole);
        }
    }
    CHECK(unaligned == 0);
    CHECK(posix_memalign(&aligned, 3, 100) == EINVAL);
    errno = 0;
    CHECK(posix_memalign(&aligned, 64, huge * 2) == ENOMEM);
    CHECK(aligned_alloc(64, huge * 2) == NULL && errno == ENOMEM);
    free(malloc(0));
    free(NULL);
    return check_done();
}
