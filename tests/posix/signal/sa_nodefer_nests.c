/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* With SA_NODEFER a handler is entered again from within itself. */
#include "check.h"

static int depth, deepest;

static void on_signal(int signal)
{
    depth++;
    if (depth > deepest)
        deepest = depth;
    if (depth < 5)
        raise(signal);
    depth--;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    raise(SIGUSR1);
    printf("deepest %d\n", deepest);
    return check_done();
}
