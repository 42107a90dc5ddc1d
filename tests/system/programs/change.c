/* SPDX-License-Identifier: BSD-3-Clause */
/* Overwrites, removes and adds files of its root folder. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    FILE *file = fopen("/file", "w");

    if (file == NULL || fputs("changed", file) < 0 || fclose(file) != 0)
        return 1;
    if (unlink("/other") != 0 || access("/other", F_OK) == 0)
        return 2;
    file = fopen("/new", "w");
    return file == NULL || fclose(file) != 0 ? 3 : 0;
}
