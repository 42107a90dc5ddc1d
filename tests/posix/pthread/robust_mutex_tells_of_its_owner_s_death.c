/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A robust mutex whose owner ends goes to the next locker with EOWNERDEAD, to one that waits and
 * to one that comes later; made consistent it is as before, else nobody may use it any more. */
#include "check.h"

static pthread_mutex_t mutex;
static atomic_int held, waiting;

static void *die_with_it(void *wait)
{
    CHECK(pthread_mutex_lock(&mutex) == 0);
    atomic_store(&held, 1);
    if (wait != NULL) {
        await(&waiting, 1);
        sleep_ms(20); /* the other one is asleep by then, most of the time */
    }
    return NULL;
}

static void make(void)
{
    pthread_mutexattr_t attr;

    atomic_store(&held, 0);
    atomic_store(&waiting, 0);
    CHECK(pthread_mutexattr_init(&attr) == 0);
    CHECK(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0);
    CHECK(pthread_mutex_init(&mutex, &attr) == 0);
}

int main(void)
{
    make();
    join(start(die_with_it, NULL));
    CHECK(pthread_mutex_trylock(&mutex) == EOWNERDEAD);
    CHECK(pthread_mutex_consistent(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);

    for (int i = 0; i < 20; i++) {
        make();
        pthread_t owner = start(die_with_it, &mutex);
        await(&held, 1);
        atomic_store(&waiting, 1);
        CHECK(pthread_mutex_lock(&mutex) == EOWNERDEAD);
        CHECK(pthread_mutex_consistent(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
        CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
        join(owner);
    }

    make();
    join(start(die_with_it, NULL));
    CHECK(pthread_mutex_lock(&mutex) == EOWNERDEAD && pthread_mutex_unlock(&mutex) == 0);
    CHECK(pthread_mutex_lock(&mutex) == ENOTRECOVERABLE);
    CHECK(pthread_mutex_trylock(&mutex) == ENOTRECOVERABLE);
    return check_done();
}
