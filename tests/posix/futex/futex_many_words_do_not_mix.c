/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4,16 */
/* Wake-ups on many words at once each reach their own waiter, whatever the hash does. */
#include "futex.h"

#define WAITERS 48

static struct waiter waiters[WAITERS];
static atomic_int words[WAITERS * 16];

int main(void)
{
    for (int i = 0; i < WAITERS; i++)
        park(&waiters[i], &words[i * 16], ~0u);
    for (int i = WAITERS - 1; i >= 0; i--) {
        CHECK(futex(&words[i * 16 + 1], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);
        CHECK(futex(&words[i * 16], FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0) == 1);
        join(waiters[i].thread);
        CHECK(waiters[i].woken == WAITERS - i);
    }
    return check_done();
}
