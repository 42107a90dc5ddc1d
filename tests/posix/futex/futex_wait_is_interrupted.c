/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A handler without SA_RESTART ends a wait with EINTR; with it the wait goes on. */
#include "futex.h"

static atomic_int word, ready, handled, done;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static void *wait_once(void *unused)
{
    (void)unused;
    atomic_store(&ready, 1);
    long result = futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    int error = result < 0 ? errno : 0;
    atomic_store(&done, 1);
    return (void *)(intptr_t)error;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    pthread_t thread;

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    thread = start(wait_once, NULL);
    await(&ready, 1);
    while (!atomic_load(&done)) {
        CHECK(pthread_kill(thread, SIGUSR1) == 0);
        sleep_ms(2);
    }
    printf("interrupted: %s\n", strerror((int)(intptr_t)join(thread)));

    action.sa_flags = SA_RESTART;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    atomic_store(&done, 0);
    thread = start_asleep(wait_once, NULL);
    for (int i = 0; i < 5; i++) {
        int before = atomic_load(&handled);
        CHECK(pthread_kill(thread, SIGUSR1) == 0);
        await(&handled, before + 1);
    }
    sleep_ms(2);
    CHECK(atomic_load(&done) == 0);
    atomic_store(&word, 1);
    while (!atomic_load(&done)) {
        futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
        sched_yield();
    }
    long error = (intptr_t)join(thread);
    CHECK(error == 0 || error == EAGAIN);
    return check_done();
}
