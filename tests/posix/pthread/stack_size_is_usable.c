/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* A thread can use the stack that its attributes ask for; too small a size is refused. */
#include "check.h"
#include <limits.h>

static void *fill(void *argument)
{
    size_t size = (size_t)argument;
    volatile char *array = __builtin_alloca(size);

    for (size_t i = 0; i < size; i += 1024)
        array[i] = (char)(i >> 10);
    for (size_t i = 0; i < size; i += 1024)
        if (array[i] != (char)(i >> 10))
            return "differs";
    return "kept";
}

static void run_with(size_t size)
{
    pthread_attr_t attr;
    pthread_t thread;
    size_t seen = 0;

    pthread_attr_init(&attr);
    CHECK(pthread_attr_setstacksize(&attr, size) == 0);
    CHECK(pthread_attr_getstacksize(&attr, &seen) == 0 && seen == size);
    REQUIRE(pthread_create(&thread, &attr, fill, (void *)(size - size / 4)) == 0);
    printf("%zu KiB: %s\n", size / 1024, (char *)join(thread));
}

int main(void)
{
    pthread_attr_t attr;

    run_with(64 << 10);
    run_with(1 << 20);
    run_with(32 << 20);
    pthread_attr_init(&attr);
    CHECK(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN - 1) == EINVAL);
    return check_done();
}
