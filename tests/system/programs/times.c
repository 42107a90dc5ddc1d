/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the modification times of the files that the arguments name. */
#include <stdio.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (lstat(argv[i], &status) != 0)
            return 1;
        printf("%s %lld.%09ld\n", argv[i], (long long)status.st_mtim.tv_sec,
               status.st_mtim.tv_nsec);
    }
    return 0;
}
