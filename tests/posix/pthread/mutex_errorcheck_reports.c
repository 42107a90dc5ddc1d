/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2 */
/* An error-checking mutex reports relocking and foreign unlocking. */
#include "check.h"

static pthread_mutex_t lock;

static void *unlock_foreign(void *unused)
{
    (void)unused;
    return (void *)(intptr_t)pthread_mutex_unlock(&lock);
}

int main(void)
{
    pthread_mutexattr_t attr;

    CHECK(pthread_mutexattr_init(&attr) == 0);
    CHECK(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK) == 0);
    CHECK(pthread_mutex_init(&lock, &attr) == 0);
    CHECK(pthread_mutex_unlock(&lock) == EPERM);
    CHECK(pthread_mutex_lock(&lock) == 0);
    CHECK(pthread_mutex_lock(&lock) == EDEADLK);
    CHECK(pthread_mutex_trylock(&lock) == EBUSY);
    CHECK((int)(intptr_t)join(start(unlock_foreign, NULL)) == EPERM);
    CHECK(pthread_mutex_unlock(&lock) == 0);
    return check_done();
}
