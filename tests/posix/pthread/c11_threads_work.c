/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2 */
/* The C11 names: thrd, mtx, cnd, tss, call_once. */
#include "check.h"
#include <threads.h>

static mtx_t lock;
static cnd_t cond;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static int ready, calls;
static atomic_int destroyed;

static void destroy(void *value)
{
    (void)value;
    atomic_fetch_add(&destroyed, 1);
}

static void count_call(void)
{
    calls++;
}

static int body(void *argument)
{
    call_once(&flag, count_call);
    CHECK(tss_set(key, argument) == thrd_success);
    CHECK(mtx_lock(&lock) == thrd_success);
    ready++;
    CHECK(cnd_signal(&cond) == thrd_success);
    CHECK(mtx_unlock(&lock) == thrd_success);
    return 40 + ready;
}

int main(void)
{
    thrd_t thread;
    int result;

    CHECK(mtx_init(&lock, mtx_timed) == thrd_success && cnd_init(&cond) == thrd_success);
    CHECK(tss_create(&key, destroy) == thrd_success);
    call_once(&flag, count_call);
    CHECK(thrd_create(&thread, body, &ready) == thrd_success);
    CHECK(mtx_lock(&lock) == thrd_success);
    while (!ready)
        CHECK(cnd_wait(&cond, &lock) == thrd_success);
    struct timespec soon = deadline(CLOCK_REALTIME, 10 * MS);
    CHECK(cnd_timedwait(&cond, &lock, &soon) == thrd_timedout);
    CHECK(mtx_unlock(&lock) == thrd_success);
    CHECK(thrd_join(thread, &result) == thrd_success);
    printf("result %d, calls %d, destroyed %d\n", result, calls, destroyed);
    CHECK(thrd_sleep(&(struct timespec){.tv_nsec = 1000}, NULL) == 0);
    return check_done();
}
