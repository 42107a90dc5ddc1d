/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Waiters wake in the order in which they went to sleep. */
#include "futex.h"

#define WAITERS 8

static struct waiter waiters[WAITERS];
static atomic_int queue;

int main(void)
{
    for (int i = 0; i < WAITERS; i++)
        park(&waiters[i], &queue, ~0u);
    for (int i = 0; i < WAITERS; i++) {
        CHECK(futex(&queue, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 1);
        await_woken(waiters, WAITERS, i + 1);
    }
    for (int i = 0; i < WAITERS; i++) {
        join(waiters[i].thread);
        printf("waiter %d woke as number %d\n", i, waiters[i].woken);
    }
    return check_done();
}
