/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=139 */
/* Where the C library finds memory corrupted it ends the program by SIGSEGV. */
#include "check.h"
#include <setjmp.h>

void __stack_chk_fail(void);

static sigjmp_buf back;
static siginfo_t seen;

static void on_fault(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    seen = *info;
    siglongjmp(back, 1);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

    REQUIRE(sigaction(SIGSEGV, &action, NULL) == 0);
    if (sigsetjmp(back, 1) == 0)
        __stack_chk_fail();
    printf("signal %d, kernel %d, address %p\n", seen.si_signo, seen.si_code == SI_KERNEL,
           seen.si_addr);
    fflush(stdout);
    signal(SIGSEGV, SIG_DFL);
    __stack_chk_fail();
    return 0;
}
