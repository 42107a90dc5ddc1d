/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Protecting a part leaves the rest; holes give ENOMEM, wrong arguments EINVAL. */
#include "fault.h"
#include <sys/mman.h>

int main(void)
{
    catch_faults();
    char *base = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
    REQUIRE(base != MAP_FAILED);
    CHECK(mprotect(base + 2 * PAGE, PAGE, PROT_NONE) == 0);
    CHECK(mprotect(base + 5 * PAGE, 10, PROT_READ) == 0);
    for (int i = 0; i < 8; i++)
        printf("page %d: read %d write %d\n", i, read_fault(base + i * PAGE),
               write_fault(base + i * PAGE));
    CHECK(mprotect(base, 8 * PAGE, PROT_READ | PROT_WRITE) == 0);
    for (int i = 0; i < 8; i++)
        CHECK(write_fault(base + i * PAGE) == 0);
    CHECK(mprotect(base, 0, PROT_NONE) == 0 && read_fault(base) == 0);
    CHECK(munmap(base + 4 * PAGE, PAGE) == 0);
    CHECK_ERRNO(mprotect(base, 8 * PAGE, PROT_READ), ENOMEM);
    CHECK_ERRNO(mprotect(base + 4 * PAGE, PAGE, PROT_READ), ENOMEM);
    /* musl rounds addresses; the kernel's own check is reached by the call itself. */
    CHECK_ERRNO(mprotect(base, PAGE, 0x7000), EINVAL);
    return check_done();
}
