/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* A write without reader raises SIGPIPE and is EPIPE, also for a writer that was blocked. */
#include "check.h"

static int ends[2];
static atomic_int signals;

static void on_pipe(int signal)
{
    (void)signal;
    atomic_fetch_add(&signals, 1);
}

static void *write_much(void *unused)
{
    static char block[200000];

    (void)unused;
    ssize_t count = write(ends[1], block, sizeof(block));
    CHECK(count > 0 && count < (ssize_t)sizeof(block));
    CHECK_ERRNO(write(ends[1], block, 1), EPIPE);
    return NULL;
}

int main(void)
{
    signal(SIGPIPE, on_pipe);
    REQUIRE(pipe(ends) == 0 && close(ends[0]) == 0);
    CHECK_ERRNO(write(ends[1], "x", 1), EPIPE);
    printf("signals %d\n", signals);
    CHECK(write(ends[1], "", 0) == 0 && atomic_load(&signals) == 1);
    CHECK(close(ends[1]) == 0);
    REQUIRE(pipe(ends) == 0);
    pthread_t writer = start_asleep(write_much, NULL);
    CHECK(close(ends[0]) == 0);
    join(writer);
    CHECK(atomic_load(&signals) >= 2);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(write(ends[1], "x", 1), EPIPE);
    return check_done();
}
