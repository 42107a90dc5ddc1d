/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A broadcast wakes those that wait when it comes:
 * who is back before it ends is not woken again. */
#include "futex.h"

enum { THREADS = 40, ROUNDS = 300 };

static atomic_uint word;
static atomic_bool stop;
static atomic_long returns;

static void *wait_again_and_again(void *arg)
{
    while (!atomic_load(&stop))
        if (futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0) == 0)
            atomic_fetch_add(&returns, 1);
    return arg;
}

int main(void)
{
    pthread_t thread[THREADS];
    long woken = 0, most = 0;

    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&thread[i], NULL, wait_again_and_again, NULL) == 0);
    usleep(50000);
    for (int i = 0; i < ROUNDS; i++) {
        long n = futex(&word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
        REQUIRE(n >= 0);
        most = n > most ? n : most;
        woken += n;
        if (i % 8 == 0)
            usleep(1000);
    }
    CHECK(most <= THREADS);
    atomic_store(&stop, true);
    atomic_store(&word, 1);
    for (int i = 0; i < THREADS; i++) {
        woken += futex(&word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
        REQUIRE(pthread_join(thread[i], NULL) == 0);
    }
    CHECK(atomic_load(&returns) == woken); /* no wake-up lost, none twice */
    return check_done();
}
