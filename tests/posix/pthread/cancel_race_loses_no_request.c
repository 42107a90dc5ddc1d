/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 timeout=120 */
/* Requests that race with the way into a blocking call are never lost. */
#include "check.h"
#include <semaphore.h>

#define ROUNDS 250

static int ends[2];
static sem_t never;
static atomic_int entered;

static void *block_in_read(void *unused)
{
    char byte;

    (void)unused;
    atomic_store(&entered, 1);
    for (;;)
        if (read(ends[0], &byte, 1) < 0)
            CHECK(errno == EINTR);
    return NULL;
}

static void *block_in_sem(void *unused)
{
    (void)unused;
    atomic_store(&entered, 1);
    for (;;)
        sem_wait(&never);
    return NULL;
}

static void *block_in_sleep(void *unused)
{
    (void)unused;
    atomic_store(&entered, 1);
    for (;;)
        nanosleep(&(struct timespec){.tv_sec = 1000}, NULL);
    return NULL;
}

static void race(void *(*body)(void *), int delay)
{
    atomic_store(&entered, 0);
    pthread_t thread = start(body, NULL);
    while (!atomic_load(&entered))
        sched_yield();
    for (volatile int i = 0; i < delay; i++)
        ;
    REQUIRE(pthread_cancel(thread) == 0);
    REQUIRE(join(thread) == PTHREAD_CANCELED);
}

int main(void)
{
    REQUIRE(pipe(ends) == 0 && sem_init(&never, 0, 0) == 0);
    for (int i = 0; i < ROUNDS; i++) {
        race(block_in_read, i * 7 % 1000);
        race(block_in_sem, i * 13 % 1000);
        race(block_in_sleep, i * 29 % 1000);
    }
    printf("%d requests, all served\n", 3 * ROUNDS);
    return check_done();
}
