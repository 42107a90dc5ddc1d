/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* trylock says EBUSY at once while another thread holds the mutex. */
#include "check.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int stage;

static void *hold(void *unused)
{
    (void)unused;
    CHECK(pthread_mutex_lock(&lock) == 0);
    atomic_store(&stage, 1);
    await(&stage, 2);
    CHECK(pthread_mutex_unlock(&lock) == 0);
    return NULL;
}

int main(void)
{
    pthread_t holder = start(hold, NULL);

    await(&stage, 1);
    CHECK(pthread_mutex_trylock(&lock) == EBUSY);
    atomic_store(&stage, 2);
    join(holder);
    CHECK(pthread_mutex_trylock(&lock) == 0);
    CHECK(pthread_mutex_trylock(&lock) == EBUSY);
    CHECK(pthread_mutex_unlock(&lock) == 0);
    return check_done();
}
