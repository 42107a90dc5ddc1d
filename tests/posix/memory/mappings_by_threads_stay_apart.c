/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Threads map, fill, check and unmap at the same time without touching each other's memory. */
#include "fault.h"
#include <sys/mman.h>

#define THREADS 6
#define ROUNDS  120

static void *body(void *argument)
{
    size_t self = (size_t)argument;

    for (size_t i = 0; i < ROUNDS; i++) {
        size_t size = (1 + (i * 7 + self * 3) % 40) * PAGE;
        char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
        REQUIRE(map != MAP_FAILED);
        for (size_t at = 0; at < size; at += PAGE) {
            REQUIRE(map[at] == 0);
            map[at] = (char)(self + 1);
        }
        sched_yield();
        for (size_t at = 0; at < size; at += PAGE)
            REQUIRE(map[at] == (char)(self + 1));
        REQUIRE(munmap(map, size) == 0);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    return check_done();
}
