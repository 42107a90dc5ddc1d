/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* The main thread can use most of the 8 MiB that RLIMIT_STACK promises. */
#include "check.h"
#include <sys/resource.h>

__attribute__((noinline)) static size_t use(size_t size)
{
    volatile char *array = __builtin_alloca(size);
    size_t touched = 0;

    for (size_t i = size; i >= 4096; i -= 4096) {
        array[i - 1] = 1;
        touched++;
    }
    return touched;
}

int main(void)
{
    struct rlimit limit;

    CHECK(getrlimit(RLIMIT_STACK, &limit) == 0);
    CHECK(limit.rlim_cur >= 8 << 20);
    printf("touched %zu pages\n", use(7 << 20));
    return check_done();
}
