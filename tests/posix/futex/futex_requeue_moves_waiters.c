/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* REQUEUE wakes some, moves others, leaves the rest; the moved sleep on the second word. */
#include "futex.h"

#define WAITERS 6

static struct waiter waiters[WAITERS];
static atomic_int one, two;

int main(void)
{
    for (int i = 0; i < WAITERS; i++)
        park(&waiters[i], &one, ~0u);
    printf("requeue 1+3: %ld\n", futex(&one, FUTEX_REQUEUE_PRIVATE, 1, (void *)3, &two, 0));
    await_woken(waiters, WAITERS, 1);
    CHECK(waiters[0].woken);
    printf("second: %ld\n", futex(&two, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
    await_woken(waiters, WAITERS, 4);
    CHECK(waiters[1].woken && waiters[2].woken && waiters[3].woken);
    printf("first: %ld\n", futex(&one, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
    for (int i = 0; i < WAITERS; i++)
        join(waiters[i].thread);
    CHECK(futex(&one, FUTEX_REQUEUE_PRIVATE, 1, (void *)1, &one, 0) == 0);
    CHECK_ERRNO(futex(&one, FUTEX_REQUEUE_PRIVATE, -1, (void *)1, &two, 0), EINVAL);
    CHECK_ERRNO(futex(&one, FUTEX_REQUEUE_PRIVATE, 1, (void *)-1L, &two, 0), EINVAL);
    return check_done();
}
