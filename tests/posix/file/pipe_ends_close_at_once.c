/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2,4 args=3000 */
/* Two threads close the two ends of a pipe at the same moment, while a third polls one of them. */
#include "check.h"
#include <poll.h>

static int ends[2];
static atomic_int turn, done;

static void *close_reader(void *argument)
{
    int rounds = (int)(intptr_t)argument;

    for (int i = 1; i <= rounds; i++) {
        while (atomic_load(&turn) != i)
            ;
        REQUIRE(close(ends[0]) == 0);
        atomic_store(&done, i);
    }
    return NULL;
}

static atomic_int polled, stop;

/* Descriptors come and go under it: any answer is right. */
static void *poll_both(void *argument)
{
    (void)argument;
    while (!atomic_load(&stop)) {
        struct pollfd fds[2] = {{.fd = ends[0], .events = POLLIN},
                                {.fd = ends[1], .events = POLLOUT}};
        REQUIRE(poll(fds, 2, 0) >= 0);
        atomic_fetch_add(&polled, 1);
        sched_yield();
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 3000;

    REQUIRE(pipe(ends) == 0);
    REQUIRE(close(ends[0]) == 0 && close(ends[1]) == 0);
    pthread_t closer = start(close_reader, (void *)(intptr_t)rounds);
    pthread_t poller = start(poll_both, NULL);
    for (int i = 1; i <= rounds; i++) {
        REQUIRE(pipe(ends) == 0);
        if (i % 2)
            REQUIRE(write(ends[1], "x", 1) == 1);
        atomic_store(&turn, i);
        REQUIRE(close(ends[1]) == 0);
        while (atomic_load(&done) != i)
            ;
    }
    join(closer);
    atomic_store(&stop, 1);
    join(poller);
    CHECK(atomic_load(&polled) > 0);
    return check_done();
}
