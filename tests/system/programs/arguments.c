/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes its arguments, or with HERMIT_SHOW=env its environment, each with its NUL. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int main(int argc, char **argv)
{
    const char *show = getenv("HERMIT_SHOW");
    char **words = show && strcmp(show, "env") == 0 ? environ : argv + (argc > 0);

    for (; *words; words++)
        fwrite(*words, 1, strlen(*words) + 1, stdout);
    return 0;
}
