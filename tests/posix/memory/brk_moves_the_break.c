/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* brk grows with zeroed memory, shrinks, and leaves the break where it is when refused. */
#include "fault.h"
#include <sys/mman.h>
#include <sys/syscall.h>

static char *set_break(char *address)
{
    return (char *)syscall(SYS_brk, address);
}

int main(void)
{
    catch_faults();
    char *start_break = set_break(NULL);
    CHECK(start_break != NULL && set_break(NULL) == start_break);
    char *first = (char *)(((uintptr_t)start_break + PAGE - 1) & -(uintptr_t)PAGE);
    CHECK(set_break(first + 3 * PAGE) == first + 3 * PAGE);
    CHECK(first[0] == 0 && first[3 * PAGE - 1] == 0);
    memset(first, 5, 3 * PAGE);
    CHECK(set_break(first + PAGE) == first + PAGE);
    CHECK(read_fault(first + PAGE) == SIGSEGV && first[PAGE - 1] == 5);
    CHECK(set_break(first + 3 * PAGE) == first + 3 * PAGE && first[PAGE] == 0);
    CHECK(set_break((char *)0xffff800000000000) == first + 3 * PAGE);
    CHECK(set_break((char *)1) == first + 3 * PAGE);
    CHECK(set_break(start_break) == start_break);
    return check_done();
}
