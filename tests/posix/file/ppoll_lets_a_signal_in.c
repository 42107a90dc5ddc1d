/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* ppoll's mask holds only while it waits; poll is EINTR after a handler whatever SA_RESTART
 * says. */
#include "check.h"
#include <poll.h>

static atomic_int handled, done;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static void *send(void *argument)
{
    while (!atomic_load(&done)) {
        pthread_kill(*(pthread_t *)argument, SIGUSR1);
        sleep_ms(5);
    }
    return NULL;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigset_t blocked, open_mask;
    pthread_t self = pthread_self();
    int ends[2];

    REQUIRE(pipe(ends) == 0 && sigaction(SIGUSR1, &action, NULL) == 0);
    sigemptyset(&open_mask);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    struct pollfd fd = {.fd = ends[0], .events = POLLIN};
    CHECK(pthread_sigmask(SIG_BLOCK, &blocked, NULL) == 0);
    raise(SIGUSR1);
    CHECK(poll(&fd, 1, 10) == 0 && atomic_load(&handled) == 0);
    CHECK_ERRNO(ppoll(&fd, 1, NULL, &open_mask), EINTR);
    CHECK(atomic_load(&handled) == 1);
    raise(SIGUSR1);
    CHECK(atomic_load(&handled) == 1);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &blocked, NULL) == 0 && atomic_load(&handled) == 2);
    pthread_t sender = start(send, &self);
    CHECK_ERRNO(poll(&fd, 1, -1), EINTR);
    atomic_store(&done, 1);
    join(sender);
    return check_done();
}
