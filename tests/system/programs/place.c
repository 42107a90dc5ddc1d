/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the working folder and the stack limit in MiB; with an argument, uses that many MiB. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

__attribute__((noinline)) static void use(size_t size)
{
    volatile char *array = __builtin_alloca(size);

    for (size_t i = size; i >= 4096; i -= 4096)
        array[i - 1] = 1;
}

int main(int argc, char **argv)
{
    char path[4096];
    struct rlimit limit;

    if (getcwd(path, sizeof(path)) == NULL || getrlimit(RLIMIT_STACK, &limit) != 0)
        return 1;
    printf("%s %llu\n", path, (unsigned long long)limit.rlim_cur >> 20);
    fflush(stdout);
    if (argc > 1)
        use((size_t)atol(argv[1]) << 20);
    return 0;
}
