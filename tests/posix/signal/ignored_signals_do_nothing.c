/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* SIG_IGN and the signals ignored by default change nothing and interrupt nothing. */
#include "check.h"

int main(void)
{
    static const int by_default[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};

    for (int i = 0; i < 4; i++)
        CHECK(raise(by_default[i]) == 0);
    for (int number = 1; number < 32; number++) {
        if (number == SIGKILL || number == SIGSTOP)
            continue;
        CHECK(signal(number, SIG_IGN) != SIG_ERR);
        CHECK(kill(getpid(), number) == 0);
    }
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++) {
        CHECK(signal(number, SIG_IGN) != SIG_ERR);
        CHECK(raise(number) == 0);
    }
    puts("still here");
    return check_done();
}
