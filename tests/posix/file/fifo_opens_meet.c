/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 args=2000 files=memory */
/* open() of a FIFO waits until the other end was opened, not until it is seen open: two threads
 * that open and close an end each always meet. On a shared folder a thread may sleep in
 * open() before it is at the FIFO; by 9P there are none. */
#include "check.h"

static int rounds = 3000;
static atomic_int through;

static void *open_and_close(void *argument)
{
    for (int i = 0; i < rounds; i++) {
        int fd = open("fifo", (int)(intptr_t)argument);
        REQUIRE(fd >= 0);
        REQUIRE(close(fd) == 0);
    }
    atomic_fetch_add(&through, 1);
    return NULL;
}

static void *open_once(void *argument)
{
    int fd = open("fifo", (int)(intptr_t)argument);
    REQUIRE(fd >= 0);
    REQUIRE(close(fd) == 0);
    return NULL;
}

static void open_both_ways_briefly(void)
{
    int fd = open("fifo", O_RDWR);
    REQUIRE(fd >= 0);
    REQUIRE(close(fd) == 0);
}

/* The partner is gone again before the one that waits for it runs. */
static void a_brief_partner_counts(int flags)
{
    pthread_t thread = start_asleep(open_once, (void *)(intptr_t)flags);
    open_both_ways_briefly();
    join(thread);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        rounds = atoi(argv[1]);
    enter_scratch();
    REQUIRE(mkfifo("fifo", 0600) == 0);
    for (int i = 0; i < 3; i++) {
        a_brief_partner_counts(O_RDONLY);
        a_brief_partner_counts(O_WRONLY);
    }
    pthread_t reader = start(open_and_close, (void *)(intptr_t)O_RDONLY);
    pthread_t writer = start(open_and_close, (void *)(intptr_t)O_WRONLY);
    while (atomic_load(&through) < 1)
        sleep_ms(1);
    /* The other one may have a few opens left and nobody to meet. */
    while (atomic_load(&through) < 2) {
        open_both_ways_briefly();
        sched_yield();
    }
    join(reader);
    join(writer);
    return check_done();
}
