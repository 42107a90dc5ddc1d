/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2 */
/* Joining oneself, joining twice by try, timed joins:
 * the errors of glibc's and musl's extensions. */
#include "check.h"

static atomic_int stop;

static void *wait_for_stop(void *unused)
{
    (void)unused;
    await(&stop, 1);
    return (void *)3;
}

int main(void)
{
    void *result = NULL;
    pthread_t thread = start(wait_for_stop, NULL);

    CHECK(pthread_tryjoin_np(thread, &result) == EBUSY);
    struct timespec soon = deadline(CLOCK_REALTIME, 10 * MS);
    CHECK(pthread_timedjoin_np(thread, &result, &soon) == ETIMEDOUT);
    atomic_store(&stop, 1);
    soon = deadline(CLOCK_REALTIME, 600 * SEC);
    CHECK(pthread_timedjoin_np(thread, &result, &soon) == 0 && result == (void *)3);
    return check_done();
}
