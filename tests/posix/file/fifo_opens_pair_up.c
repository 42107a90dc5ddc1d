/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 args=1500 timeout=120 files=virtiofs */
/* Of two threads that open one end of a FIFO each, and close it at once, both get through: none
 * misses that the other one has come and gone. Nobody else opens it.
 * Shared folders by 9P have no FIFOs. */
#include "check.h"

static int rounds = 1500;
static atomic_int at[2]; /* rounds that each side has done */

static void *open_and_close(void *argument)
{
    int self = (int)(intptr_t)argument;

    for (int i = 1; i <= rounds; i++) {
        int fd = open("fifo", self == 0 ? O_RDONLY : O_WRONLY);
        REQUIRE(fd >= 0);
        REQUIRE(close(fd) == 0);
        atomic_store(&at[self], i);
        while (atomic_load(&at[!self]) < i)
            sched_yield();
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        rounds = atoi(argv[1]);
    enter_scratch();
    REQUIRE(mkfifo("fifo", 0600) == 0);
    pthread_t reader = start(open_and_close, (void *)0), writer = start(open_and_close, (void *)1);
    join(reader);
    join(writer);
    return check_done();
}
