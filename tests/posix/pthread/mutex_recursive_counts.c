/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2 */
/* A recursive mutex opens to others only after as many unlocks as locks. */
#include "check.h"

static pthread_mutex_t lock;

static void *try_lock(void *unused)
{
    (void)unused;
    int error = pthread_mutex_trylock(&lock);
    if (error == 0)
        pthread_mutex_unlock(&lock);
    return (void *)(intptr_t)error;
}

static int seen_by_other(void)
{
    return (int)(intptr_t)join(start(try_lock, NULL));
}

int main(void)
{
    pthread_mutexattr_t attr;

    CHECK(pthread_mutexattr_init(&attr) == 0);
    CHECK(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE) == 0);
    CHECK(pthread_mutex_init(&lock, &attr) == 0);
    for (int i = 0; i < 3; i++)
        CHECK(pthread_mutex_lock(&lock) == 0);
    CHECK(pthread_mutex_trylock(&lock) == 0);
    for (int held = 4; held > 0; held--) {
        CHECK(seen_by_other() == EBUSY);
        CHECK(pthread_mutex_unlock(&lock) == 0);
    }
    CHECK(seen_by_other() == 0);
    CHECK(pthread_mutex_unlock(&lock) == EPERM);
    CHECK(pthread_mutex_destroy(&lock) == 0);
    return check_done();
}
