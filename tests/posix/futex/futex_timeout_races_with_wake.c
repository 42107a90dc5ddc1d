/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 */
/* A wake-up that races with the timeout is counted exactly once. */
#include "futex.h"

#define ROUNDS 400

static atomic_int word, round_number, woken, timed_out;

static void *wait_shortly(void *unused)
{
    (void)unused;
    for (int i = 1; i <= ROUNDS; i++) {
        struct timespec timeout = {.tv_nsec = 20000 + i * 100};
        atomic_store(&round_number, i);
        if (futex(&word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0) == 0)
            atomic_fetch_add(&woken, 1);
        else if (CHECK(errno == ETIMEDOUT))
            atomic_fetch_add(&timed_out, 1);
    }
    atomic_store(&round_number, ROUNDS + 1);
    return NULL;
}

int main(void)
{
    pthread_t thread = start(wait_shortly, NULL);
    long said = 0;

    while (atomic_load(&round_number) <= ROUNDS) {
        said += futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
        for (volatile int i = 0; i < 2000; i++)
            ;
    }
    join(thread);
    CHECK(said == atomic_load(&woken));
    printf("%d waits ended\n", woken + timed_out);
    return check_done();
}
