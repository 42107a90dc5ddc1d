/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 */
/* Exceptions in the x87 status word and rounding in its control word stay with their thread while
 * threads take turns, by yielding and by sleeping. */
#define _GNU_SOURCE
#include "check.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <time.h>

#define ROUNDS   300
#define INVALID  0x01
#define ZERO_DIV 0x04
#define INEXACT  0x20
#define ROUND_UP 0x0800

static pthread_barrier_t gate;

static void divide(long double a, long double b)
{
    __asm__ volatile("fldt %0; fldt %1; fdivp; fstp %%st(0)" ::"m"(b), "m"(a));
}

static unsigned exceptions(void)
{
    uint16_t status;
    __asm__ volatile("fnstsw %0" : "=m"(status));
    CHECK((status & 0x3800) == 0); /* an empty stack */
    return status & 0x3f;
}

static unsigned control(void)
{
    uint16_t word;
    __asm__ volatile("fnstcw %0" : "=m"(word));
    return word;
}

static void check_turns(unsigned must, unsigned word)
{
    const struct timespec moment = {0, 20000};
    for (int i = 0; i < ROUNDS; i++) {
        CHECK(exceptions() == must);
        CHECK(control() == word);
        if (i % 10 == 0)
            nanosleep(&moment, NULL);
        else
            sched_yield();
    }
}

/* Each thread has its own exceptions; the odd ones round up. */
static void *run(void *arg)
{
    unsigned me = (unsigned)(uintptr_t)arg;
    const unsigned kinds[] = {0, ZERO_DIV, INEXACT, INVALID, ZERO_DIV | INEXACT};
    unsigned must = kinds[me % (sizeof(kinds) / sizeof(*kinds))];
    uint16_t word = (uint16_t)(0x37f | (me % 2 ? ROUND_UP : 0));

    __asm__ volatile("fnclex; fldcw %0" ::"m"(word));
    pthread_barrier_wait(&gate);
    if (must & ZERO_DIV)
        divide(1, 0);
    if (must & INEXACT)
        divide(1, 3);
    if (must & INVALID)
        divide(0, 0);
    check_turns(must, word);
    return NULL;
}

int main(void)
{
    enum { THREADS = 10 };
    pthread_t thread[THREADS];

    CHECK(pthread_barrier_init(&gate, NULL, THREADS) == 0);
    for (uintptr_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&thread[i], NULL, run, (void *)i) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(thread[i], NULL) == 0);
    puts("each thread kept its own");
    return 0;
}
