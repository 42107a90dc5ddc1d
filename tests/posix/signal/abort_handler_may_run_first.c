/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=134 */
/* A SIGABRT handler runs, and abort ends the program when it returns. */
#include "check.h"

static void on_abort(int signal)
{
    (void)signal;
    puts("handler");
    fflush(stdout);
}

int main(void)
{
    signal(SIGABRT, on_abort);
    abort();
}
