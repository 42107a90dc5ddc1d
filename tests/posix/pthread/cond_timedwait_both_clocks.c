/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* timedwait times out at its deadline on the clock of the condition variable, holding the mutex. */
#include "check.h"

static pthread_mutex_t lock;

static void wait_on(clockid_t clock)
{
    pthread_condattr_t attr;
    pthread_cond_t cond;

    CHECK(pthread_condattr_init(&attr) == 0);
    CHECK(pthread_condattr_setclock(&attr, clock) == 0);
    CHECK(pthread_cond_init(&cond, &attr) == 0);
    CHECK(pthread_mutex_lock(&lock) == 0);
    struct timespec when = deadline(clock, 25 * MS);
    int error;
    while ((error = pthread_cond_timedwait(&cond, &lock, &when)) == 0)
        ;
    CHECK(error == ETIMEDOUT);
    CHECK(now_ns(clock) >= when.tv_sec * SEC + when.tv_nsec);
    struct timespec past = {.tv_sec = 1};
    CHECK(pthread_cond_timedwait(&cond, &lock, &past) == ETIMEDOUT);
    struct timespec bad = {.tv_nsec = -1};
    CHECK(pthread_cond_timedwait(&cond, &lock, &bad) == EINVAL);
    CHECK(pthread_mutex_unlock(&lock) == 0);
    CHECK(pthread_cond_destroy(&cond) == 0);
}

int main(void)
{
    pthread_mutexattr_t attr;
    pthread_condattr_t cond_attr;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
    CHECK(pthread_mutex_init(&lock, &attr) == 0);
    wait_on(CLOCK_REALTIME);
    wait_on(CLOCK_MONOTONIC);
    pthread_condattr_init(&cond_attr);
    CHECK(pthread_condattr_setclock(&cond_attr, CLOCK_PROCESS_CPUTIME_ID) == EINVAL);
    return check_done();
}
