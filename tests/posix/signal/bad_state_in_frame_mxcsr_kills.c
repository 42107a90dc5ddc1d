/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=139 */
/* A handler that returns to an extended state with reserved bits of MXCSR ends its program with
 * SIGSEGV. */
#include "check.h"
#include <sys/mman.h>
#include <ucontext.h>

static void on_signal(int signo, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;

    (void)signo, (void)info;
    puts("handler");
    fflush(stdout);
    uc->uc_mcontext.fpregs->mxcsr = 0xffffffff;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    kill(getpid(), SIGUSR1);
    puts("survived");
    return 0;
}
