/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 status=9 */
/* exit ends a program whose other threads run, sleep, wait and read, from any thread. */
#include "check.h"
#include <semaphore.h>

static sem_t sem;
static int ends[2];
static atomic_int running;

static void *spin(void *unused)
{
    atomic_fetch_add(&running, 1);
    for (volatile int i = 0;; i++)
        ;
    return unused;
}

static void *doze(void *unused)
{
    atomic_fetch_add(&running, 1);
    sleep(1000);
    return unused;
}

static void *wait_for_sem(void *unused)
{
    atomic_fetch_add(&running, 1);
    sem_wait(&sem);
    return unused;
}

static void *read_pipe(void *unused)
{
    char byte;

    atomic_fetch_add(&running, 1);
    if (read(ends[0], &byte, 1) == 1)
        puts("read");
    return unused;
}

static void at_end(void)
{
    puts("atexit ran");
}

static void *leave(void *unused)
{
    while (atomic_load(&running) < 8)
        sched_yield();
    exit(9);
    return unused;
}

int main(void)
{
    REQUIRE(sem_init(&sem, 0, 0) == 0 && pipe(ends) == 0 && atexit(at_end) == 0);
    for (int i = 0; i < 2; i++) {
        start(spin, NULL);
        start(doze, NULL);
        start(wait_for_sem, NULL);
        start(read_pipe, NULL);
    }
    start(leave, NULL);
    for (;;)
        pause();
}
