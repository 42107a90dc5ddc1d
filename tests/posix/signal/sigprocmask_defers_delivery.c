/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Blocked signals wait, appear in sigpending, and arrive lowest first when unblocked; equal ones
 * merge. */
#include "check.h"

static void on_signal(int signal)
{
    printf("delivered %s\n", signal == SIGUSR1 ? "SIGUSR1" : "SIGUSR2");
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t both, old, pending;

    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGUSR2);
    /* Each handler blocks the other signal, so that the order of delivery shows. */
    action.sa_mask = both;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(sigaction(SIGUSR2, &action, NULL) == 0);
    CHECK(sigprocmask(SIG_BLOCK, &both, &old) == 0);
    raise(SIGUSR2);
    raise(SIGUSR1);
    raise(SIGUSR1);
    puts("blocked");
    CHECK(sigpending(&pending) == 0);
    printf("pending: %d %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2),
           sigismember(&pending, SIGHUP));
    CHECK(sigprocmask(SIG_SETMASK, &old, NULL) == 0);
    CHECK(sigpending(&pending) == 0 && sigisemptyset(&pending));
    CHECK_ERRNO(sigprocmask(42, &both, NULL), EINVAL);
    sigfillset(&both);
    CHECK(sigprocmask(SIG_BLOCK, &both, NULL) == 0);
    CHECK(sigprocmask(SIG_BLOCK, NULL, &old) == 0);
    printf("can block SIGKILL %d, SIGSTOP %d, SIGTERM %d\n", sigismember(&old, SIGKILL),
           sigismember(&old, SIGSTOP), sigismember(&old, SIGTERM));
    return check_done();
}
