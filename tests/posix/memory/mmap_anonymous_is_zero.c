/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* Fresh anonymous memory reads zero, also where old contents were unmapped. */
#include "fault.h"
#include <sys/mman.h>

static bool all_zero(const char *memory, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (memory[i])
            return false;
    return true;
}

int main(void)
{
    static const size_t sizes[] = {1, PAGE, 3 * PAGE + 1, 1 << 20, (4 << 20) + PAGE};

    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 5; i++) {
            char *memory = mmap(NULL, sizes[i], PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
            REQUIRE(memory != MAP_FAILED && (uintptr_t)memory % PAGE == 0);
            CHECK(all_zero(memory, sizes[i]));
            memset(memory, 0xa5, sizes[i]);
            CHECK(munmap(memory, sizes[i]) == 0);
        }
    }
    return check_done();
}
