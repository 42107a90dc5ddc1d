/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks whether the event timer of CPU 1 stays armed after a thread there has lost its
 * only competitor: it would interrupt a core without need. A program in ring 0 can read
 * the timer (Intel SDM vol. 3, 10.5.4). The competitor goes to sleep, or is moved to
 * another core.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS       40
#define SPIN_LOOPS   2000000 /* some slices */
#define SETTLE_LOOPS 5000
#define TRIES        5
#define APIC_PAGE    0xffff8000fee00000UL /* in the direct map */
#define APIC_LVT     0x32
#define APIC_COUNT   0x39
#define LVT_DEADLINE 0x40000
#define MSR_DEADLINE 0x6e0
#define MSR_X2APIC   0x800
#define ECX_X2APIC   (1U << 21)

static atomic_int began, ended; /* rounds of the competitor */
static atomic_int left;         /* rounds in which it was moved to another core */
static atomic_int judged;       /* rounds of the worker */
static atomic_int competitor;   /* its tid */

static uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static uint32_t apic_read(unsigned reg)
{
    unsigned a, b, c, d;
    __cpuid(1, a, b, c, d);
    return c & ECX_X2APIC ? (uint32_t)rdmsr(MSR_X2APIC + reg)
                          : *(volatile uint32_t *)(APIC_PAGE + reg * 16UL);
}

static bool timer_stands(void)
{
    return apic_read(APIC_LVT) & LVT_DEADLINE ? rdmsr(MSR_DEADLINE) != 0
                                              : apic_read(APIC_COUNT) != 0;
}

static void pin(int tid, unsigned cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(tid, sizeof(set), &set) != 0)
        perror("sched_setaffinity");
}

static void spin(int loops)
{
    for (volatile int i = 0; i < loops; i++)
        ;
}

/* Waits without a timeout, whose timer would be on this core. */
static void sleep_until(atomic_int *value, int wanted)
{
    for (int seen; (seen = atomic_load(value)) < wanted;)
        syscall(SYS_futex, value, FUTEX_WAIT_PRIVATE, seen, NULL);
}

static void advance(atomic_int *value, int to)
{
    atomic_store(value, to);
    syscall(SYS_futex, value, FUTEX_WAKE_PRIVATE, INT_MAX);
}

static void *compete(void *unused)
{
    atomic_store(&competitor, (int)syscall(SYS_gettid));
    for (int i = 1; i <= ROUNDS; i++) {
        pin(0, 1);
        atomic_store(&began, i);
        if (i % 2) {
            spin(SPIN_LOOPS);
        } else { /* take_away() moves this thread */
            while (atomic_load(&left) < i)
                ;
        }
        atomic_store(&ended, i);
        sleep_until(&judged, i);
    }
    return unused;
}

/* Rounds in which the timer stayed armed. [1]: the competitor slept; [0]: it was moved away. */
static int standing[2];

static bool competitor_sleeps(void)
{
    char path[64], text[256];

    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", atomic_load(&competitor));
    int fd = open(path, O_RDONLY);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (size <= 0)
        abort();
    close(fd);
    text[size] = '\0';
    return strstr(text, ") S ") != NULL;
}

/* True if armed at every try: an interrupt may be pending. */
static bool stands_on(void)
{
    for (int i = 0; i < TRIES; i++) {
        spin(SETTLE_LOOPS);
        if (!timer_stands())
            return false;
    }
    return true;
}

static void *work(void *unused)
{
    pin(0, 1);
    for (int i = 1; i <= ROUNDS; i++) {
        while (atomic_load(i % 2 ? &ended : &left) < i)
            ;
        while (i % 2 && !competitor_sleeps()) /* on this core, so it has left it then */
            sched_yield();
        standing[i % 2] += stands_on();
        spin(SPIN_LOOPS); /* so that a new span of deferrals begins (timer.c) */
        advance(&judged, i);
    }
    return unused;
}

static void *take_away(void *unused)
{
    for (int i = 2; i <= ROUNDS; i += 2) {
        while (atomic_load(&began) < i)
            usleep(1000);
        usleep(5000);
        pin(atomic_load(&competitor), 0);
        atomic_store(&left, i);
    }
    return unused;
}

int main(void)
{
    void *(*const bodies[])(void *) = {compete, work, take_away};
    pthread_t threads[3];

    pin(0, 0);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, bodies[i], NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    printf("stands: %d after the other slept, %d after it was taken away, of %d\n", standing[1],
           standing[0], ROUNDS / 2);
    return 0;
}
