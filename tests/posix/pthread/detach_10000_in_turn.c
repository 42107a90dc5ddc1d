/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 timeout=180 */
/* 10,000 detached threads run and leave nothing behind. */
#include "check.h"

static atomic_int finished;

static void *finish(void *unused)
{
    (void)unused;
    atomic_fetch_add(&finished, 1);
    return NULL;
}

int main(void)
{
    pthread_attr_t attr;
    pthread_t thread;

    pthread_attr_init(&attr);
    CHECK(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0);
    for (int i = 0; i < 10000; i++) {
        if (i % 2) {
            REQUIRE(pthread_create(&thread, &attr, finish, NULL) == 0);
        } else {
            REQUIRE(pthread_create(&thread, NULL, finish, NULL) == 0);
            REQUIRE(pthread_detach(thread) == 0);
        }
        await(&finished, i + 1);
    }
    printf("%d finished\n", finished);
    return check_done();
}
