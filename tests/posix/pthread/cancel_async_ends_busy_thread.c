/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 */
/* A thread with asynchronous cancellation is ended in a busy loop. */
#include "check.h"

static atomic_int looping;
static volatile long spins;

static void *spin(void *unused)
{
    (void)unused;
    CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL) == 0);
    atomic_store(&looping, 1);
    for (;;)
        spins++;
    return NULL;
}

int main(void)
{
    for (int i = 0; i < 10; i++) {
        atomic_store(&looping, 0);
        pthread_t thread = start(spin, NULL);
        await(&looping, 1);
        CHECK(pthread_cancel(thread) == 0);
        CHECK(join(thread) == PTHREAD_CANCELED);
    }
    return check_done();
}
