/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Each protection allows what it names; code can run where PROT_EXEC is set and nowhere else. */
#include "fault.h"
#include <sys/mman.h>

static char try_access(char *base, int what)
{
    int signal = what == 0   ? read_fault(base)
                 : what == 1 ? write_fault(base + 100)
                             : call_fault(base);
    return signal ? '-' : "rwx"[what];
}

int main(void)
{
    catch_faults();
    char *base = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
    REQUIRE(base != MAP_FAILED);
    base[0] = (char)0xc3; /* ret */
    static const int modes[] = {PROT_NONE,
                                PROT_READ,
                                PROT_READ | PROT_WRITE,
                                PROT_READ | PROT_EXEC,
                                PROT_NONE,
                                PROT_READ | PROT_WRITE};
    for (int i = 0; i < 6; i++) {
        CHECK(mprotect(base, PAGE, modes[i]) == 0);
        printf("%d: %c%c%c\n", modes[i], try_access(base, 0), try_access(base, 1),
               try_access(base, 2));
    }
    CHECK(base[0] == (char)0xc3);
    return check_done();
}
