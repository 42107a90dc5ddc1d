/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* A handler's own signal and its sa_mask are blocked while it runs, and freed after. */
#include "check.h"

static int depth, deepest, usr2_during;
static bool inside_usr1;

static void on_usr2(int signal)
{
    (void)signal;
    usr2_during += inside_usr1;
    printf("SIGUSR2 %s\n", inside_usr1 ? "inside" : "after");
}

static void on_usr1(int signal)
{
    static int runs;
    sigset_t mask;

    if (++depth > deepest)
        deepest = depth;
    inside_usr1 = true;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    CHECK(sigismember(&mask, SIGUSR1) == 1 && sigismember(&mask, SIGUSR2) == 1);
    CHECK(sigismember(&mask, SIGTERM) == 0);
    if (runs++ == 0) {
        raise(signal);
        raise(SIGUSR2);
    }
    inside_usr1 = false;
    depth--;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_usr1};
    sigset_t mask;

    sigaddset(&action.sa_mask, SIGUSR2);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    signal(SIGUSR2, on_usr2);
    raise(SIGUSR1);
    printf("deepest %d, SIGUSR2 inside %d\n", deepest, usr2_during);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    CHECK(sigismember(&mask, SIGUSR1) == 0 && sigismember(&mask, SIGUSR2) == 0);
    return check_done();
}
