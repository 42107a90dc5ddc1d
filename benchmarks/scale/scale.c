/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counted work on N CPUs, a pinned thread on each: wake-ups one by one and all at once,
 * barriers, page faults, changes of protection, and OpenMP regions. Each kind is a
 * marked section, in which benchmarks/plugin/sections.c counts instructions and
 * interprocessor interrupts; a time would say little about more CPUs than the host has.
 *
 *     scale [CPUS]
 *
 * Prints "name operations sectionNUMBER" for each, once its results are verified. On
 * one CPU there are two threads, since there must be somebody to wake.
 */
#define _GNU_SOURCE 1
#include "../common/measure.h"
#include "section.h"

#include <linux/futex.h>
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_THREADS = 256, PAGE = 4096, SETTLE_US = 20000, HALT_US = 20000 };

enum section { WAKE, WAKE_HALTED, WAKE_ALL, BARRIER, FAULT, PROTECT, PARALLEL };

/* How often; pages are for each thread. */
enum {
    WAKES = 512,
    HALTS = 64,
    BROADCASTS = 16,
    BARRIERS = 16,
    PAGES = 256,
    CHANGES = 32,
    REGIONS = 16
};

static int cpus, threads;
static pthread_barrier_t gate;

static struct seat {
    _Alignas(64) _Atomic uint32_t turn; /* futex: changes when the thread is to go on */
    long done;                          /* written by the thread alone */
} seats[MAX_THREADS];

static _Atomic uint32_t answer, broadcast; /* futexes */
static _Atomic int answered;
static unsigned char *area;

static void futex_wait(_Atomic uint32_t *word, uint32_t value)
{
    while (atomic_load(word) == value)
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word, int count)
{
    atomic_fetch_add(word, 1);
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static void check(const char *what, long is, long must)
{
    if (is != must)
        measure_fail("%s: %ld, must be %ld", what, is, must);
}

/* The row's unit says which section it is. */
static void report(enum section number, const char *name, long operations)
{
    char unit[16];
    snprintf(unit, sizeof(unit), "section%d", (int)number);
    measure_row_unit(name, (double)operations, unit);
}

static void pass_gate(void)
{
    int status = pthread_barrier_wait(&gate);
    if (status != PTHREAD_BARRIER_SERIAL_THREAD)
        check("pthread_barrier_wait", status, 0);
}

/* Thread 0 lets the others fall asleep where they wait for it. */
static void settle(void)
{
    usleep(SETTLE_US);
}

/* Counts what all threads but the first have done, and starts anew. */
static long take_done(void)
{
    long sum = 0;
    for (int i = 1; i < threads; i++) {
        sum += seats[i].done;
        seats[i].done = 0;
    }
    return sum;
}

/* What thread 0 does and what the others do meanwhile; both leave by the gate. */

static void wake(void)
{
    settle();
    section_begin(WAKE);
    for (int round = 0; round < WAKES; round++) {
        futex_wake(&seats[1 + round % (threads - 1)].turn, 1);
        futex_wait(&answer, (uint32_t)round);
    }
    section_end(WAKE);
    pass_gate();
    check("wake-ups", take_done(), WAKES);
    report(WAKE, "wake", 2L * WAKES);
}

static void be_woken(int me)
{
    for (int round = me - 1; round < WAKES; round += threads - 1) {
        futex_wait(&seats[me].turn, (uint32_t)seats[me].done);
        seats[me].done++;
        futex_wake(&answer, 1);
    }
    pass_gate();
}

/* As above, after a sleep in which all CPUs come to halt; the sections are added up. */
static void wake_halted(void)
{
    settle();
    for (int round = 0; round < HALTS; round++) {
        usleep(HALT_US);
        section_begin(WAKE_HALTED);
        futex_wake(&seats[1 + round % (threads - 1)].turn, 1);
        futex_wait(&answer, (uint32_t)(WAKES + round));
        section_end(WAKE_HALTED);
    }
    pass_gate();
    check("wake-ups", take_done(), HALTS);
    report(WAKE_HALTED, "wake_halted", 2L * HALTS);
}

static void be_woken_halted(int me)
{
    uint32_t turn = atomic_load(&seats[me].turn);
    for (int round = me - 1; round < HALTS; round += threads - 1) {
        futex_wait(&seats[me].turn, turn++);
        seats[me].done++;
        futex_wake(&answer, 1);
    }
    pass_gate();
}

static void wake_all(void)
{
    settle();
    for (int round = 0; round < BROADCASTS; round++) {
        usleep(HALT_US);
        section_begin(WAKE_ALL);
        futex_wake(&broadcast, INT32_MAX);
        futex_wait(&answer, (uint32_t)(WAKES + HALTS + round));
        section_end(WAKE_ALL);
    }
    pass_gate();
    check("broadcasts heard", take_done(), (threads - 1L) * BROADCASTS);
    report(WAKE_ALL, "wake_all", (threads - 1L) * BROADCASTS);
}

/* The last to hear a broadcast answers for all. */
static void hear_all(int me)
{
    for (int round = 0; round < BROADCASTS; round++) {
        futex_wait(&broadcast, (uint32_t)round);
        seats[me].done++;
        if (atomic_fetch_add(&answered, 1) + 1 == (threads - 1) * (round + 1))
            futex_wake(&answer, 1);
    }
    pass_gate();
}

/* From all others waiting for thread 0 to all others waiting for thread 0 again. */
static void barriers(void)
{
    settle();
    section_begin(BARRIER);
    for (int round = 0; round < BARRIERS; round++)
        pass_gate();
    settle();
    section_end(BARRIER);
    pass_gate();
    check("barriers", take_done(), (threads - 1L) * BARRIERS);
    report(BARRIER, "barrier", BARRIERS);
}

static void be_held(int me)
{
    for (int round = 0; round < BARRIERS; round++) {
        pass_gate();
        seats[me].done++;
    }
    pass_gate();
}

static void touch_pages(int me)
{
    unsigned char *own = area + (long)me * PAGES * PAGE;
    for (int page = 0; page < PAGES; page++)
        own[page * PAGE] = (unsigned char)(me + page);
}

/* Includes two barriers. */
static void fault(void)
{
    settle();
    section_begin(FAULT);
    pass_gate();
    touch_pages(0);
    pass_gate();
    section_end(FAULT);
    for (int thread = 0; thread < threads; thread++)
        for (int page = 0; page < PAGES; page++)
            check("page", area[((long)thread * PAGES + page) * PAGE],
                  (unsigned char)(thread + page));
    report(FAULT, "fault", (long)threads * PAGES);
}

static void fault_too(int me)
{
    pass_gate();
    touch_pages(me);
    pass_gate();
}

/* The others sleep; may their CPUs too? */
static void protect(void)
{
    settle();
    section_begin(PROTECT);
    for (int change = 0; change < CHANGES; change++) {
        int access = change % 2 ? PROT_READ | PROT_WRITE : PROT_READ;
        check("mprotect", mprotect(area, PAGE, access), 0);
    }
    section_end(PROTECT);
    area[0]++;
    pass_gate();
    report(PROTECT, "protect", CHANGES);
}

static void stand_by(int me)
{
    (void)me;
    pass_gate();
}

static const struct {
    void (*first)(void);
    void (*others)(int me);
} sections[] = {
    [WAKE] = {wake, be_woken},         [WAKE_HALTED] = {wake_halted, be_woken_halted},
    [WAKE_ALL] = {wake_all, hear_all}, [BARRIER] = {barriers, be_held},
    [FAULT] = {fault, fault_too},      [PROTECT] = {protect, stand_by},
};

enum { NR_SECTIONS = sizeof(sections) / sizeof(*sections) };

static void pin(int me)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(me % cpus, &set);
    check("sched_setaffinity", sched_setaffinity(0, sizeof(set), &set), 0);
    check("CPU", sched_getcpu(), me % cpus);
}

static void *other(void *arg)
{
    int me = (int)(intptr_t)arg;
    pin(me);
    pass_gate();
    for (int i = 0; i < NR_SECTIONS; i++)
        sections[i].others(me);
    return NULL;
}

/* After the threads of the other sections have ended; the first region makes new ones. */
static void parallel(void)
{
    long sum = 0;
    for (int region = -1; region < REGIONS; region++) {
        if (region == 0)
            section_begin(PARALLEL);
#pragma omp parallel num_threads(cpus) reduction(+ : sum)
        sum += omp_get_num_threads();
    }
    section_end(PARALLEL);
    check("sum of the regions", sum, (REGIONS + 1L) * cpus * cpus);
    report(PARALLEL, "parallel", REGIONS);
}

int main(int argc, char **argv)
{
    measure_start(&argc, argv);
    cpus = argc > 1 ? atoi(argv[1]) : omp_get_num_procs();
    threads = cpus > 1 ? cpus : 2;
    if (cpus < 1 || threads > MAX_THREADS || cpus > omp_get_num_procs())
        measure_fail("usage: scale [CPUS]");
    area = mmap(NULL, (size_t)threads * PAGES * PAGE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        measure_fail("no memory");
    /* Fails where there are no large pages. */
    madvise(area, (size_t)threads * PAGES * PAGE, MADV_NOHUGEPAGE);
    pthread_barrier_init(&gate, NULL, (unsigned)threads);

    pthread_t thread[MAX_THREADS];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    for (int i = 1; i < threads; i++)
        check("pthread_create", pthread_create(&thread[i], &attributes, other, (void *)(intptr_t)i),
              0);
    pin(0);
    pass_gate();
    for (int i = 0; i < NR_SECTIONS; i++)
        sections[i].first();
    for (int i = 1; i < threads; i++)
        check("pthread_join", pthread_join(thread[i], NULL), 0);

    cpu_set_t all;
    memset(&all, 0xff, sizeof(all));
    check("sched_setaffinity", sched_setaffinity(0, sizeof(all), &all), 0);
    parallel();
    return measure_end();
}
