/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* epoll_wait is EINTR after a handler whatever SA_RESTART says; epoll_pwait's mask holds only while
 * it waits; a blocked one can be cancelled. */
#include "epoll.h"

static atomic_int handled, finished;
static int set;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static void *interrupted(void *unused)
{
    struct epoll_event event;

    CHECK_ERRNO(epoll_wait(set, &event, 1, -1), EINTR);
    CHECK_ERRNO(epoll_wait(set, &event, 1, 1000000), EINTR);
    atomic_store(&finished, 1);
    return unused;
}

static void *cancelled(void *unused)
{
    struct epoll_event event;

    epoll_wait(set, &event, 1, -1);
    return unused;
}

static void *cancelled_pwait(void *unused)
{
    struct epoll_event event;
    sigset_t mask;

    sigemptyset(&mask);
    epoll_pwait(set, &event, 1, -1, &mask);
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct epoll_event event;
    sigset_t blocked, open_mask;

    set = new_set();
    int fd = eventfd(0, 0);
    CHECK(control(set, EPOLL_CTL_ADD, fd, EPOLLIN) == 0);
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    pthread_t thread = start_asleep(interrupted, NULL);
    while (!atomic_load(&finished)) {
        pthread_kill(thread, SIGUSR1);
        sleep_ms(5);
    }
    join(thread);
    atomic_store(&handled, 2);

    sigemptyset(&open_mask);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    CHECK(pthread_sigmask(SIG_BLOCK, &blocked, NULL) == 0);
    raise(SIGUSR1);
    CHECK(epoll_wait(set, &event, 1, 10) == 0 && atomic_load(&handled) == 2);
    CHECK_ERRNO(epoll_pwait(set, &event, 1, -1, &open_mask), EINTR);
    CHECK(atomic_load(&handled) == 3);
    raise(SIGUSR1);
    CHECK(epoll_wait(set, &event, 1, 1) == 0 && atomic_load(&handled) == 3);
    /* What is ready counts more than the signal; the handler runs all the same, or with the mask
     * that comes back not at all. */
    signal_event(fd);
    CHECK(epoll_pwait(set, &event, 1, -1, &open_mask) == 1);
    take_event(fd);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &blocked, NULL) == 0);
    CHECK(atomic_load(&handled) == 4);

    for (int i = 0; i < 4; i++) {
        thread = start_asleep(i % 2 ? cancelled : cancelled_pwait, NULL);
        CHECK(pthread_cancel(thread) == 0 && join(thread) == PTHREAD_CANCELED);
    }
    return check_done();
}
