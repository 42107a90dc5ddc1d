/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* WAKE_BITSET wakes only waiters with a common bit; WAKE matches all. */
#include "futex.h"

static struct waiter waiters[4];
static atomic_int queue;

int main(void)
{
    static const unsigned bits[4] = {1, 2, 3, 4};

    for (int i = 0; i < 4; i++)
        park(&waiters[i], &queue, bits[i]);
    printf("bit 8: %ld\n", futex(&queue, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, 8));
    printf("bit 2: %ld\n", futex(&queue, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, 2));
    await_woken(waiters, 4, 2);
    CHECK(waiters[1].woken && waiters[2].woken && !waiters[0].woken && !waiters[3].woken);
    printf("all: %ld\n", futex(&queue, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
    for (int i = 0; i < 4; i++)
        join(waiters[i].thread);
    CHECK_ERRNO(futex(&queue, FUTEX_WAKE_BITSET_PRIVATE, 1, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&queue, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, 0), EINVAL);
    return check_done();
}
