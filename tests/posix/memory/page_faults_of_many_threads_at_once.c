/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Threads that touch the same fresh pages at the same time all see one page each. */
#include "check.h"
#include <sys/mman.h>

#define THREADS 8
#define PAGES   512

static _Atomic(unsigned) *memory;
static pthread_barrier_t barrier;

static void *touch(void *unused)
{
    (void)unused;
    for (int round = 0; round < 5; round++) {
        pthread_barrier_wait(&barrier);
        for (int i = 0; i < PAGES; i++)
            atomic_fetch_add(&memory[(size_t)i * 1024 + (unsigned)round], 1);
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
            long sum = 0;
            for (int i = 0; i < PAGES; i++)
                sum += memory[(size_t)i * 1024 + (unsigned)round];
            printf("sum %ld\n", sum);
            CHECK(madvise((void *)memory, PAGES * 4096, MADV_DONTNEED) == 0);
        }
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    memory = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE((void *)memory != MAP_FAILED);
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(touch, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    return check_done();
}
