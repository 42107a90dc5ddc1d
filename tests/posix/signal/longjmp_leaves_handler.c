/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* siglongjmp out of a handler restores the mask; it can be done any number of times. */
#include "check.h"
#include <setjmp.h>

static sigjmp_buf back;

static void on_signal(int signal)
{
    (void)signal;
    siglongjmp(back, 1);
}

int main(void)
{
    sigset_t mask;
    volatile int jumps = 0;

    signal(SIGUSR1, on_signal);
    signal(SIGSEGV, on_signal);
    while (jumps < 2000) {
        if (sigsetjmp(back, 1)) {
            jumps++;
            continue;
        }
        if (jumps % 2)
            raise(SIGUSR1);
        else
            *(volatile int *)8 = 1;
    }
    CHECK(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
    CHECK(sigismember(&mask, SIGUSR1) == 0 && sigismember(&mask, SIGSEGV) == 0);
    printf("%d jumps\n", jumps);
    return check_done();
}
