/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A request made while cancellation is disabled waits until it is enabled again. */
#include "check.h"

static int ends[2];
static atomic_int stage;

static void *body(void *unused)
{
    char byte;
    int old;

    (void)unused;
    CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old) == 0);
    CHECK(old == PTHREAD_CANCEL_ENABLE);
    atomic_store(&stage, 1);
    CHECK(read(ends[0], &byte, 1) == 1);
    pthread_testcancel();
    atomic_store(&stage, 2);
    CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old) == 0);
    CHECK(old == PTHREAD_CANCEL_DISABLE);
    atomic_store(&stage, 3);
    pthread_testcancel();
    atomic_store(&stage, 4);
    return NULL;
}

int main(void)
{
    REQUIRE(pipe(ends) == 0);
    for (int i = 0; i < 10; i++) {
        atomic_store(&stage, 0);
        pthread_t thread = start(body, NULL);
        await(&stage, 1);
        CHECK(pthread_cancel(thread) == 0);
        if (i % 2)
            sleep_ms(3);
        CHECK(atomic_load(&stage) == 1);
        CHECK(write(ends[1], "x", 1) == 1);
        CHECK(join(thread) == PTHREAD_CANCELED);
        CHECK(atomic_load(&stage) == 3);
    }
    CHECK(pthread_setcancelstate(99, NULL) == EINVAL);
    CHECK(pthread_setcanceltype(99, NULL) == EINVAL);
    return check_done();
}
