/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* A thread blocked in read on a pipe is cancelled, its cleanup runs, the byte stays. */
#include "check.h"

static int ends[2];
static atomic_int cleaned, entered;

static void clean(void *argument)
{
    atomic_fetch_add(&cleaned, (int)(intptr_t)argument);
}

static void *read_forever(void *unused)
{
    char byte;

    (void)unused;
    pthread_cleanup_push(clean, (void *)1);
    pthread_cleanup_push(clean, (void *)10);
    atomic_fetch_add(&entered, 1);
    while (read(ends[0], &byte, 1) == 1)
        ;
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

int main(void)
{
    char byte = 0;

    REQUIRE(pipe(ends) == 0);
    for (int i = 0; i < 20; i++) {
        pthread_t thread = start(read_forever, NULL);
        await(&entered, i + 1);
        if (i % 2)
            sleep_ms(2);
        CHECK(pthread_cancel(thread) == 0);
        CHECK(join(thread) == PTHREAD_CANCELED);
    }
    printf("cleaned %d\n", cleaned);
    REQUIRE(write(ends[1], "b", 1) == 1 && read(ends[0], &byte, 1) == 1);
    printf("read '%c'\n", byte);
    return check_done();
}
