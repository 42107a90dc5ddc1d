/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests more memory than exists at once and continues; with an argument, uses more than
 * exists. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
    (void)argv;
    void *volatile much = malloc((size_t)1 << 30);
    printf("malloc of 1 GiB: %s\n", much ? "granted" : strerror(errno));
    void *map =
        mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("mmap of 1 GiB: %s\n", map != MAP_FAILED ? "granted" : strerror(errno));
    char *little = malloc(1 << 20);
    if (little)
        memset(little, 1, 1 << 20);
    printf("malloc of 1 MiB: %s\n", little && little[77] == 1 ? "works" : "fails");
    fflush(stdout);
    for (int i = 0; argc > 1 && i < 64; i++) {
        char *block =
            mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) {
            puts("mmap of 16 MiB refused");
            return 1;
        }
        memset(block, 1, 16 << 20);
    }
    return 0;
}
