/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * openmp_and_mappings [SECONDS]: an OpenMP team with barriers and tasks beside two
 * threads that map and unmap. Every byte that any of them has written is checked.
 */
#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CELLS      65536
#define TASK_CELLS 1024
#define MAP_SIZE   (256UL << 10)

static unsigned char cell[CELLS];
static atomic_int stop, wrong;
static atomic_long maps;

static void check(const unsigned char *p, size_t n, unsigned char value)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != value)
            atomic_fetch_add(&wrong, 1);
}

static void *map_and_unmap(void *seed)
{
    unsigned char value = (unsigned char)(size_t)seed;
    while (!atomic_load(&stop)) {
        unsigned char *p =
            mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) {
            atomic_fetch_add(&wrong, 1);
            break;
        }
        check(p, MAP_SIZE, 0); /* nobody's old page */
        memset(p, ++value, MAP_SIZE);
        check(p, MAP_SIZE, value);
        munmap(p, MAP_SIZE);
        atomic_fetch_add(&maps, 1);
    }
    return NULL;
}

/* All write, all meet, all read what others wrote; then the same by tasks. */
static void one_round(unsigned char value)
{
#pragma omp parallel
    {
        int me = omp_get_thread_num(), n = omp_get_num_threads(), next = (me + 1) % n;
        size_t part = CELLS / (size_t)n;
        memset(cell + (size_t)me * part, value + me, part);
#pragma omp barrier
        check(cell + (size_t)next * part, part, (unsigned char)(value + next));
#pragma omp barrier
#pragma omp single
        for (size_t at = 0; at < CELLS; at += TASK_CELLS) {
#pragma omp task firstprivate(at)
            memset(cell + at, value, TASK_CELLS);
        }
    }
    check(cell, CELLS, value);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 2, begin = omp_get_wtime();
    pthread_t mapper[2];
    long rounds = 0;
    for (size_t i = 0; i < 2; i++)
        pthread_create(&mapper[i], NULL, map_and_unmap, (void *)(i * 100));
    while (omp_get_wtime() - begin < seconds && !atomic_load(&wrong))
        one_round((unsigned char)rounds++);
    atomic_store(&stop, 1);
    for (int i = 0; i < 2; i++)
        pthread_join(mapper[i], NULL);
    fprintf(stderr, "%ld rounds, %ld mappings\n", rounds, atomic_load(&maps));
    printf("%d wrong bytes\n", atomic_load(&wrong));
    return atomic_load(&wrong) != 0;
}
