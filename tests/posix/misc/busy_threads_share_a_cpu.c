/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Threads that never give up the processor all advance, more of them than CPUs. */
#include "check.h"

#define THREADS 6

static atomic_long work[THREADS];
static atomic_int stop;

static void *spin(void *argument)
{
    while (!atomic_load_explicit(&stop, memory_order_relaxed))
        atomic_fetch_add_explicit((atomic_long *)argument, 1, memory_order_relaxed);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    int advanced = 0;

    for (int i = 0; i < THREADS; i++)
        threads[i] = start(spin, &work[i]);
    /* This thread spins too: only preemption lets the others in. */
    for (int i = 0; i < THREADS; i++) {
        while (atomic_load(&work[i]) < 1000)
            ;
        advanced++;
    }
    atomic_store(&stop, 1);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("%d advanced\n", advanced);
    return check_done();
}
