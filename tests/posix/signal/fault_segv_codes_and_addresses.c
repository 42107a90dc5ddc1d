/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* SIGSEGV tells unmapped from forbidden, with the address; a non-canonical address is SI_KERNEL. */
#include "check.h"
#include <setjmp.h>
#include <sys/mman.h>

static sigjmp_buf back;
static siginfo_t seen;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    seen = *info;
    siglongjmp(back, 1);
}

static void touch(const char *what, char *address, bool write)
{
    if (sigsetjmp(back, 1) == 0) {
        if (write)
            *(volatile char *)address = 1;
        else
            (void)*(volatile char *)address;
        printf("%s: no fault\n", what);
        return;
    }
    const char *code = seen.si_code == SEGV_MAPERR   ? "MAPERR"
                       : seen.si_code == SEGV_ACCERR ? "ACCERR"
                       : seen.si_code == SI_KERNEL   ? "KERNEL"
                                                     : "?";
    printf("%s: signal %d, %s, address %s\n", what, seen.si_signo, code,
           seen.si_addr == address ? "right"
           : seen.si_addr == NULL  ? "zero"
                                   : "wrong");
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    char *page = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);
    REQUIRE(page != MAP_FAILED && munmap(page + 4096, 4096) == 0);
    touch("read-only read", page + 17, false);
    touch("read-only write", page + 17, true);
    touch("unmapped read", page + 4096 + 5, false);
    touch("unmapped write", page + 4096 + 5, true);
    CHECK(mprotect(page, 4096, PROT_NONE) == 0);
    touch("no access", page + 1, false);
    touch("page 0", (char *)0x10, false);
    touch("non-canonical", (char *)0x8000000000001000, false);
    touch("text", (char *)(uintptr_t)&main, true);
    touch("literal", (char *)"literal", true);
    return check_done();
}
