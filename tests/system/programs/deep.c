/* SPDX-License-Identifier: BSD-3-Clause */
/* Descends through nested folders named by the first argument; prints their number and the first
 * line of the file named by the second in the deepest one. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char line[80];
    int levels = 0;
    if (argc < 3)
        return 2;
    while (chdir(argv[1]) == 0)
        levels++;
    FILE *file = fopen(argv[2], "r");
    if (file == NULL || fgets(line, sizeof(line), file) == NULL)
        return 1;
    printf("%d %s", levels, line);
    return 0;
}
