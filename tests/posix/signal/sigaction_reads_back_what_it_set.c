/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* sigaction returns the former handler, flags and mask; SIGKILL, SIGSTOP and wild numbers are
 * refused. */
#include "check.h"

static void handler(int signal)
{
    (void)signal;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | SA_NODEFER}, old;

    sigaddset(&action.sa_mask, SIGHUP);
    sigaddset(&action.sa_mask, SIGRTMIN);
    CHECK(sigaction(SIGUSR1, NULL, &old) == 0 && old.sa_handler == SIG_DFL);
    CHECK(sigaction(SIGUSR1, &action, &old) == 0 && old.sa_handler == SIG_DFL);
    CHECK(sigaction(SIGUSR1, NULL, &old) == 0 && old.sa_handler == handler);
    CHECK((old.sa_flags & (SA_RESTART | SA_NODEFER | SA_SIGINFO | SA_ONSTACK)) ==
          (SA_RESTART | SA_NODEFER));
    CHECK(sigismember(&old.sa_mask, SIGHUP) == 1 && sigismember(&old.sa_mask, SIGRTMIN) == 1);
    CHECK(sigismember(&old.sa_mask, SIGTERM) == 0);
    CHECK(signal(SIGUSR1, SIG_IGN) == handler);
    CHECK_ERRNO(sigaction(SIGKILL, &action, NULL), EINVAL);
    CHECK_ERRNO(sigaction(SIGSTOP, &action, NULL), EINVAL);
    CHECK(sigaction(SIGKILL, NULL, &old) == 0);
    CHECK_ERRNO(sigaction(0, &action, NULL), EINVAL);
    CHECK_ERRNO(sigaction(65, &action, NULL), EINVAL);
    return check_done();
}
