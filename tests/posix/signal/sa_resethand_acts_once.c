/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=138 */
/* With SA_RESETHAND the handler runs once, then the default action. */
#include "check.h"

static void on_signal(int signal)
{
    struct sigaction now;

    sigaction(signal, NULL, &now);
    printf("handled, now default: %d\n", now.sa_handler == SIG_DFL);
    fflush(stdout);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    raise(SIGUSR1);
    raise(SIGUSR1);
    puts("not reached");
    return check_done();
}
