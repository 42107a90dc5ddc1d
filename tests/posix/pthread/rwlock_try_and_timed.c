/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2 */
/* The try and timed forms of rwlocks report EBUSY and ETIMEDOUT as they should. */
#include "check.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void *as_other(void *argument)
{
    struct timespec soon = deadline(CLOCK_REALTIME, 15 * MS);
    bool read_locked = argument != NULL;

    CHECK(pthread_rwlock_trywrlock(&lock) == EBUSY);
    CHECK(pthread_rwlock_timedwrlock(&lock, &soon) == ETIMEDOUT);
    CHECK(now_ns(CLOCK_REALTIME) >= soon.tv_sec * SEC + soon.tv_nsec);
    if (read_locked) {
        CHECK(pthread_rwlock_tryrdlock(&lock) == 0);
        CHECK(pthread_rwlock_unlock(&lock) == 0);
    } else {
        CHECK(pthread_rwlock_tryrdlock(&lock) == EBUSY);
        CHECK(pthread_rwlock_timedrdlock(&lock, &soon) == ETIMEDOUT);
    }
    return NULL;
}

int main(void)
{
    CHECK(pthread_rwlock_rdlock(&lock) == 0);
    join(start(as_other, "read"));
    CHECK(pthread_rwlock_unlock(&lock) == 0);
    CHECK(pthread_rwlock_wrlock(&lock) == 0);
    join(start(as_other, NULL));
    CHECK(pthread_rwlock_unlock(&lock) == 0);
    CHECK(pthread_rwlock_destroy(&lock) == 0);
    return check_done();
}
