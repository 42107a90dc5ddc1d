/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 status=139 */
/* A fault whose signal is blocked ends the program in spite of a handler. */
#include "check.h"

static void on_signal(int signal)
{
    (void)signal;
    puts("handler ran");
    _exit(0);
}

int main(void)
{
    sigset_t set;

    signal(SIGSEGV, on_signal);
    sigemptyset(&set);
    sigaddset(&set, SIGSEGV);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    puts("faulting");
    fflush(stdout);
    *(volatile int *)16 = 1;
    puts("not reached");
    return 0;
}
