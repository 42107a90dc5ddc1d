/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* timedlock gives up at its deadline, not before, and takes a free mutex whatever the deadline. */
#include "check.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int stage;

static void *hold(void *unused)
{
    (void)unused;
    CHECK(pthread_mutex_lock(&lock) == 0);
    atomic_store(&stage, 1);
    while (atomic_load(&stage) != 2)
        sleep_ms(1);
    sleep_ms(20);
    CHECK(pthread_mutex_unlock(&lock) == 0);
    return NULL;
}

int main(void)
{
    struct timespec past = {0}, bad = {.tv_nsec = SEC};
    pthread_t holder = start(hold, NULL);

    await(&stage, 1);
    long long begin = now_ns(CLOCK_REALTIME);
    struct timespec soon = to_timespec(begin + 30 * MS);
    CHECK(pthread_mutex_timedlock(&lock, &soon) == ETIMEDOUT);
    CHECK(now_ns(CLOCK_REALTIME) - begin >= 30 * MS);
    CHECK(pthread_mutex_timedlock(&lock, &past) == ETIMEDOUT);
    CHECK(pthread_mutex_timedlock(&lock, &bad) == EINVAL);
    atomic_store(&stage, 2);
    struct timespec late = deadline(CLOCK_REALTIME, 600 * SEC);
    CHECK(pthread_mutex_timedlock(&lock, &late) == 0);
    CHECK(pthread_mutex_unlock(&lock) == 0);
    CHECK(pthread_mutex_timedlock(&lock, &past) == 0);
    join(holder);
    return check_done();
}
