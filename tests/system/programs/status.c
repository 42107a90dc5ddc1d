/* SPDX-License-Identifier: BSD-3-Clause */
/* Ends as the argument says: a status, "abort", "null", or "signal" and its number. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "0";

    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "null") == 0)
        *(volatile int *)0 = 1;
    if (strncmp(how, "signal", 6) == 0)
        raise(atoi(how + 6));
    return atoi(how);
}
