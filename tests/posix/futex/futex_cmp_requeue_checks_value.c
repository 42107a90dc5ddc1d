/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* CMP_REQUEUE does nothing but return EAGAIN if the word differs, else returns woken plus moved. */
#include "futex.h"

static struct waiter waiters[3];
static atomic_int one = 5, two;

int main(void)
{
    for (int i = 0; i < 3; i++)
        park(&waiters[i], &one, ~0u);
    CHECK_ERRNO(futex(&one, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)2, &two, 6), EAGAIN);
    CHECK(count_woken(waiters, 3) == 0);
    printf("requeued %ld\n", futex(&one, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)9, &two, 5));
    await_woken(waiters, 3, 1);
    printf("left %ld\n", futex(&one, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
    printf("moved %ld\n", futex(&two, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
    for (int i = 0; i < 3; i++)
        join(waiters[i].thread);
    return check_done();
}
