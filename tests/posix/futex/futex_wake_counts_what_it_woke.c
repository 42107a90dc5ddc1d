/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* WAKE wakes as many as asked for, no more, and returns their number. */
#include "futex.h"

#define WAITERS 5

static struct waiter waiters[WAITERS];
static atomic_int queue;

int main(void)
{
    CHECK(futex(&queue, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);
    for (int i = 0; i < WAITERS; i++)
        park(&waiters[i], &queue, ~0u);
    printf("wake 2: %ld\n", futex(&queue, FUTEX_WAKE_PRIVATE, 2, NULL, NULL, 0));
    await_woken(waiters, WAITERS, 2);
    sleep_ms(5);
    printf("awake: %d\n", count_woken(waiters, WAITERS));
    printf("wake all: %ld\n", futex(&queue, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
    for (int i = 0; i < WAITERS; i++)
        join(waiters[i].thread);
    printf("wake nobody: %ld\n", futex(&queue, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
    return check_done();
}
