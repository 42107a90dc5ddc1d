/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * malloc and free of mixed sizes by several threads: "own", where each thread frees what it
 * allocated, and "handed", where each frees what its neighbour allocated. Prints what a pair of
 * malloc and free takes: time from the first start to the last end, times the CPUs in use, by all
 * pairs.
 *
 *     malloc_threads [THREADS [PAIRS]]     default: one thread a CPU, 200000 pairs each
 *
 * Each block carries its size and a word made from its address and size at both ends; a damaged or
 * overlapping block, or a byte more or less freed than allocated, is reported and is status 1.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_THREADS = 256, KEPT = 256, RING = 256, PHASES = 2 };

struct block {
    size_t size;
    uint64_t mark;
};

/* A ring has one writer, which alone advances `head`, and one reader, which advances `tail`. */
struct ring {
    _Alignas(64) _Atomic size_t head;
    _Alignas(64) _Atomic size_t tail;
    struct block *block[RING];
};

struct worker {
    pthread_t thread;
    unsigned number;
    uint64_t random;
    size_t allocated, freed, damaged; /* bytes, bytes, blocks */
    uint64_t start_ns[PHASES], end_ns[PHASES];
};

static struct ring rings[MAX_THREADS];
static struct worker workers[MAX_THREADS];
static unsigned nr_threads;
static size_t nr_pairs;
static pthread_barrier_t barrier;

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t next_random(struct worker *worker)
{
    worker->random = worker->random * 6364136223846793005 + 1442695040888963407;
    return worker->random >> 33;
}

/* Of 100 blocks 90 are small, 9 have up to 8 KiB and one has up to 256 KiB. */
static size_t next_size(struct worker *worker)
{
    uint64_t kind = next_random(worker) % 100, value = next_random(worker);

    if (kind < 90)
        return sizeof(struct block) + 8 + value % 488;
    if (kind < 99)
        return 512 + value % 7680;
    return 8192 + value % (256 * 1024 - 8192);
}

static uint64_t mark_of(const struct block *block, size_t size)
{
    return ((uint64_t)(uintptr_t)block ^ size) * 0x9e3779b97f4a7c15;
}

static struct block *make_block(struct worker *worker)
{
    size_t size = next_size(worker);
    struct block *block = malloc(size);

    if (block == NULL) {
        perror("malloc");
        exit(1);
    }
    block->size = size;
    block->mark = mark_of(block, size);
    memcpy((char *)block + size - sizeof(block->mark), &block->mark, sizeof(block->mark));
    worker->allocated += size;
    return block;
}

static void check_and_free(struct worker *worker, struct block *block)
{
    uint64_t mark = mark_of(block, block->size), end;

    if (block->mark != mark) {
        worker->damaged++;
        return; /* its size means nothing */
    }
    memcpy(&end, (char *)block + block->size - sizeof(end), sizeof(end));
    worker->damaged += end != mark;
    worker->freed += block->size;
    free(block);
}

static void own_phase(struct worker *worker)
{
    struct block *kept[KEPT] = {NULL};

    for (size_t i = 0; i < nr_pairs; i++) {
        struct block **place = &kept[next_random(worker) % KEPT];
        if (*place != NULL)
            check_and_free(worker, *place);
        *place = make_block(worker);
    }
    for (size_t i = 0; i < KEPT; i++) {
        if (kept[i] != NULL)
            check_and_free(worker, kept[i]);
    }
}

static bool put(struct ring *ring, struct block *block)
{
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

    /* Pairs with the release in take(): the place is empty. */
    if (head - atomic_load_explicit(&ring->tail, memory_order_acquire) == RING)
        return false;
    ring->block[head % RING] = block;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return true;
}

static struct block *take(struct ring *ring)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

    /* Pairs with the release in put(): the block is written. */
    if (tail == atomic_load_explicit(&ring->head, memory_order_acquire))
        return NULL;
    struct block *block = ring->block[tail % RING];
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
    return block;
}

static void handed_phase(struct worker *worker)
{
    struct ring *from = &rings[worker->number];
    struct ring *to = &rings[(worker->number + 1) % nr_threads];
    struct block *block, *ready = NULL;
    size_t sent = 0, received = 0;

    while (sent < nr_pairs || received < nr_pairs) {
        bool moved = false;
        if (sent < nr_pairs) {
            if (ready == NULL)
                ready = make_block(worker);
            if (put(to, ready)) {
                ready = NULL;
                sent++;
                moved = true;
            }
        }
        if ((block = take(from)) != NULL) {
            check_and_free(worker, block);
            received++;
            moved = true;
        }
        if (!moved)
            sched_yield();
    }
}

static void *work(void *argument)
{
    static void (*const phases[PHASES])(struct worker *) = {own_phase, handed_phase};
    struct worker *worker = argument;

    for (int phase = 0; phase < PHASES; phase++) {
        pthread_barrier_wait(&barrier);
        worker->start_ns[phase] = now_ns();
        phases[phase](worker);
        worker->end_ns[phase] = now_ns();
    }
    return NULL;
}

static void print_phase(const char *name, int phase, long cpus)
{
    uint64_t start = UINT64_MAX, end = 0;

    for (unsigned i = 0; i < nr_threads; i++) {
        if (workers[i].start_ns[phase] < start)
            start = workers[i].start_ns[phase];
        if (workers[i].end_ns[phase] > end)
            end = workers[i].end_ns[phase];
    }
    double in_use = cpus < (long)nr_threads ? (double)cpus : nr_threads;
    printf("%-6s %u threads, %.0f CPUs: %.1f ns a pair\n", name, nr_threads, in_use,
           (double)(end - start) * in_use / nr_threads / (double)nr_pairs);
}

int main(int argc, char **argv)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    size_t allocated = 0, freed = 0, damaged = 0;

    nr_threads = (unsigned)(argc > 1 ? atol(argv[1]) : cpus);
    nr_pairs = argc > 2 ? (size_t)atol(argv[2]) : 200000;
    if (nr_threads < 1 || nr_threads > MAX_THREADS || nr_pairs < 1) {
        fprintf(stderr, "usage: malloc_threads [THREADS [PAIRS]]\n");
        return 2;
    }
    pthread_barrier_init(&barrier, NULL, nr_threads);
    for (unsigned i = 0; i < nr_threads; i++) {
        workers[i].number = i;
        workers[i].random = i * 7919 + 1;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            perror("pthread_create");
            return 1;
        }
    }
    for (unsigned i = 0; i < nr_threads; i++) {
        pthread_join(workers[i].thread, NULL);
        allocated += workers[i].allocated;
        freed += workers[i].freed;
        damaged += workers[i].damaged;
    }
    print_phase("own", 0, cpus);
    print_phase("handed", 1, cpus);
    if (allocated != freed || damaged != 0) {
        printf("wrong: %zu bytes allocated, %zu freed, %zu blocks damaged\n", allocated, freed,
               damaged);
        return 1;
    }
    return 0;
}
