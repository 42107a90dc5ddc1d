/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A handled signal makes a blocked read return EINTR, or go on if SA_RESTART is set. */
#include "check.h"

static int ends[2];
static atomic_int handled, entered, result_known;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static void *read_byte(void *unused)
{
    char byte;

    (void)unused;
    atomic_store(&entered, 1);
    ssize_t count = read(ends[0], &byte, 1);
    int error = count < 0 ? errno : 0;
    atomic_store(&result_known, 1);
    return (void *)(intptr_t)error;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    REQUIRE(pipe(ends) == 0);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    pthread_t thread = start(read_byte, NULL);
    while (!atomic_load(&result_known)) {
        CHECK(pthread_kill(thread, SIGUSR1) == 0);
        sleep_ms(2);
    }
    printf("plain: %s\n", strerror((int)(intptr_t)join(thread)));

    action.sa_flags = SA_RESTART;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    atomic_store(&entered, 0);
    atomic_store(&result_known, 0);
    thread = start(read_byte, NULL);
    await(&entered, 1);
    for (int i = 0; i < 10; i++) {
        int before = atomic_load(&handled);
        CHECK(pthread_kill(thread, SIGUSR1) == 0);
        await(&handled, before + 1);
        sleep_ms(1);
    }
    CHECK(atomic_load(&result_known) == 0);
    CHECK(write(ends[1], "x", 1) == 1);
    printf("restarted: %s\n", join(thread) == NULL ? "read" : "failed");
    return check_done();
}
