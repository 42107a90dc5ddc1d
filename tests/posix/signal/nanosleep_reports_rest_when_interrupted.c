/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* An interrupted nanosleep returns EINTR and the time left, SA_RESTART or not. */
#include "check.h"

static atomic_int entered, over;

static void on_signal(int signal)
{
    (void)signal;
}

static void *doze(void *unused)
{
    struct timespec left = {0};

    (void)unused;
    atomic_store(&entered, 1);
    long long begin = now_ns(CLOCK_MONOTONIC);
    int result = nanosleep(&(struct timespec){.tv_sec = 1000}, &left);
    int error = errno;
    atomic_store(&over, 1);
    long long slept = now_ns(CLOCK_MONOTONIC) - begin;
    long long rest = left.tv_sec * SEC + left.tv_nsec;
    CHECK(result == -1 && error == EINTR);
    /* Linux adds its timer slack of 50 us. */
    CHECK(rest > 0 && rest <= 1000 * SEC + MS && rest + slept >= 1000 * SEC);
    return NULL;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    for (int i = 0; i < 2; i++) {
        action.sa_flags = i ? SA_RESTART : 0;
        CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
        atomic_store(&entered, 0);
        atomic_store(&over, 0);
        pthread_t thread = start(doze, NULL);
        await(&entered, 1);
        while (!atomic_load(&over)) {
            CHECK(pthread_kill(thread, SIGUSR1) == 0);
            sleep_ms(2);
        }
        join(thread);
    }
    return check_done();
}
