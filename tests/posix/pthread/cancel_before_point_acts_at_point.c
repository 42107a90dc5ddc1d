/* SPDX-License-Identifier: BSD-3-Clause */
/* A pending request acts at the next cancellation point even if the call would not block. */
#include "check.h"

static int ends[2];

static void *read_available(void *unused)
{
    char byte;

    (void)unused;
    pthread_cancel(pthread_self());
    if (read(ends[0], &byte, 1) == 1)
        puts("read in spite of the request");
    return NULL;
}

static void *no_point(void *unused)
{
    (void)unused;
    pthread_cancel(pthread_self());
    getpid();
    sched_yield();
    return (void *)9;
}

int main(void)
{
    char byte = 0;

    REQUIRE(pipe(ends) == 0 && write(ends[1], "k", 1) == 1);
    CHECK(join(start(read_available, NULL)) == PTHREAD_CANCELED);
    CHECK(join(start(no_point, NULL)) == (void *)9);
    CHECK(read(ends[0], &byte, 1) == 1 && byte == 'k');
    return check_done();
}
