/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Threads that wait for a message are woken, each by one; a signal ends the wait. */
#include "route.h"

enum { READERS = 4, ROUNDS = 100 };

static int fd;
static atomic_int taken;

static void *reader(void *unused)
{
    char buffer[64];

    for (int i = 0; i < ROUNDS; i++) {
        CHECK(recv(fd, buffer, sizeof(buffer), 0) == 36);
        atomic_fetch_add(&taken, 1);
    }
    return unused;
}

static void on_signal(int signal)
{
    (void)signal;
}

static void *interrupted(void *unused)
{
    char byte;

    CHECK_ERRNO(recv(fd, &byte, 1, 0), EINTR);
    atomic_fetch_add(&taken, 1);
    return unused;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct request r = new_request(NLMSG_NOOP, NLM_F_ACK, 0);
    pthread_t threads[READERS];

    fd = new_route_socket();
    for (int i = 0; i < READERS; i++)
        threads[i] = start(reader, NULL);
    for (int i = 0; i < READERS * ROUNDS; i++) {
        CHECK(send_request(fd, &r));
        while (i - atomic_load(&taken) > 50) /* what waits counts against SO_RCVBUF */
            sched_yield();
    }
    for (int i = 0; i < READERS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    printf("taken: %d\n", atomic_exchange(&taken, 0));
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    threads[0] = start(interrupted, NULL);
    while (atomic_load(&taken) == 0) {
        CHECK(pthread_kill(threads[0], SIGUSR1) == 0);
        sleep_ms(1);
    }
    CHECK(pthread_join(threads[0], NULL) == 0);
    return check_done();
}
