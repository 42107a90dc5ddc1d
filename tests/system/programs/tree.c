/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists the tree below a folder: path, type, mode, size and checksum of a file, target of a
 * link. */
#define _GNU_SOURCE
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

static unsigned sum_of(const char *path)
{
    unsigned sum = 0;
    int byte;
    FILE *file = fopen(path, "r");

    if (file == NULL)
        return 0;
    while ((byte = getc_unlocked(file)) != EOF)
        sum = sum * 31 + (unsigned)byte;
    fclose(file);
    return sum;
}

static int show(const char *path, const struct stat *status, int type, struct FTW *where)
{
    char target[4096] = "";

    (void)where;
    if (type == FTW_SL && readlink(path, target, sizeof(target) - 1) < 0)
        return 1;
    if (type == FTW_F)
        printf("%s file %o %ld %u\n", path, status->st_mode & 07777, (long)status->st_size,
               sum_of(path));
    else if (type == FTW_SL)
        printf("%s link %s\n", path, target);
    else
        printf("%s folder %o\n", path, status->st_mode & 07777);
    return 0;
}

int main(int argc, char **argv)
{
    return nftw(argc > 1 ? argv[1] : ".", show, 16, FTW_PHYS);
}
