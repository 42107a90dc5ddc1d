/* SPDX-License-Identifier: BSD-3-Clause */
/* critical, atomic, barrier, locks, flush. See constructs.h. */
#include "constructs.h"
#include <omp.h>
#include <sched.h>

#define ROUNDS 50

bool test_critical(int threads)
{
    volatile int plain = 0, named = 0;

#pragma omp parallel num_threads(threads)
    for (int i = 0; i < ROUNDS; i++) {
#pragma omp critical
        plain = plain + 1;
#pragma omp critical(other)
        named = named + 2;
    }
    return plain == ROUNDS * threads && named == 2 * ROUNDS * threads;
}

bool test_atomic(int threads)
{
    int count = 0, maximum = 0, captures = 0;
    double real = 0;
    long bits = 0;
    unsigned char small = 0;

#pragma omp parallel num_threads(threads) reduction(+ : captures)
    for (int i = 0; i < ROUNDS; i++) {
        int old, now;
#pragma omp atomic
        count++;
#pragma omp atomic
        real += 0.25;
#pragma omp atomic
        small += 1;
#pragma omp atomic update
        bits |= 1l << (omp_get_thread_num() % 60);
#pragma omp atomic capture
        old = maximum++;
#pragma omp atomic read
        now = maximum;
        captures += now > old;
    }
    return count == ROUNDS * threads && real == 0.25 * ROUNDS * threads &&
           small == (unsigned char)(ROUNDS * threads) && maximum == count && captures == count &&
           __builtin_popcountl((unsigned long)bits) == (threads < 60 ? threads : 60);
}

bool test_barrier(int threads)
{
    int phase[64] = {0}, wrong = 0;

#pragma omp parallel num_threads(threads) reduction(+ : wrong)
    {
        int self = omp_get_thread_num();
        for (int i = 1; i <= 10; i++) {
            phase[self] = i;
#pragma omp barrier
            for (int j = 0; j < threads; j++)
                wrong += phase[j] != i;
#pragma omp barrier
        }
    }
    return wrong == 0;
}

bool test_locks(int threads)
{
    omp_lock_t lock;
    volatile int count = 0;
    int tries = 0;

    omp_init_lock(&lock);
#pragma omp parallel num_threads(threads) reduction(+ : tries)
    {
        for (int i = 0; i < ROUNDS; i++) {
            omp_set_lock(&lock);
            count = count + 1;
            omp_unset_lock(&lock);
        }
        while (!omp_test_lock(&lock))
            sched_yield();
        count = count + 1;
        tries++;
        omp_unset_lock(&lock);
    }
    omp_destroy_lock(&lock);
    return count == (ROUNDS + 1) * threads && tries == threads;
}

bool test_nested_locks(int threads)
{
    omp_nest_lock_t lock;
    volatile int count = 0;
    int wrong = 0;

    omp_init_nest_lock(&lock);
#pragma omp parallel num_threads(threads) reduction(+ : wrong)
    for (int i = 0; i < 10; i++) {
        omp_set_nest_lock(&lock);
        omp_set_nest_lock(&lock);
        wrong += omp_test_nest_lock(&lock) != 3;
        count = count + 1;
        omp_unset_nest_lock(&lock);
        omp_unset_nest_lock(&lock);
        omp_unset_nest_lock(&lock);
    }
    omp_destroy_nest_lock(&lock);
    return count == 10 * threads && wrong == 0;
}

/* The last thread publishes a value and a flag, all others wait for the flag. */
bool test_flush(int threads)
{
    int data = 0, flag = 0, right = 0;

#pragma omp parallel num_threads(threads) reduction(+ : right) shared(data, flag)
    {
        if (omp_get_thread_num() == threads - 1) {
            data = 77;
#pragma omp flush
#pragma omp atomic write
            flag = 1;
        }
        int seen = 0;
        while (!seen) {
#pragma omp atomic read
            seen = flag;
            if (!seen)
                sched_yield();
        }
#pragma omp flush
        right += data == 77;
    }
    return right == threads;
}
