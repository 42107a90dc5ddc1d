/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes its arguments, each with its NUL; with HERMIT_SHOW=env the environment instead, with
 * HERMIT_SHOW=all also argv[0]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int main(int argc, char **argv)
{
    const char *show = getenv("HERMIT_SHOW");
    char **words = show && strcmp(show, "env") == 0 ? environ : argv + (argc > 0);

    if (show && strcmp(show, "all") == 0)
        words = argv;
    for (; *words; words++)
        fwrite(*words, 1, strlen(*words) + 1, stdout);
    return 0;
}
