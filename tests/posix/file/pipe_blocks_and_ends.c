/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 */
/* A pipe blocks the empty read and the full write and gives end of file when the last writer
 * closes. */
#include "check.h"

#define TOTAL 300000

static int ends[2];

static void *produce(void *unused)
{
    unsigned char block[1000];
    int sent = 0;

    (void)unused;
    while (sent < TOTAL) {
        for (size_t i = 0; i < sizeof(block); i++)
            block[i] = (unsigned char)((sent + (int)i) * 31);
        ssize_t count = write(ends[1], block, sizeof(block));
        REQUIRE(count == (ssize_t)sizeof(block));
        sent += (int)count;
    }
    CHECK(close(ends[1]) == 0);
    return NULL;
}

int main(void)
{
    unsigned char block[777];
    long received = 0, wrong = 0;
    ssize_t count;

    REQUIRE(pipe(ends) == 0);
    int copy = dup(ends[1]);
    pthread_t producer = start_asleep(produce, NULL);
    while (received < TOTAL && (count = read(ends[0], block, sizeof(block))) > 0)
        for (ssize_t i = 0; i < count; i++)
            wrong += block[i] != (unsigned char)(received++ * 31);
    printf("received %ld, wrong %ld\n", received, wrong);
    join(producer);
    CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERRNO(read(ends[0], block, 1), EAGAIN);
    CHECK(close(copy) == 0 && read(ends[0], block, 1) == 0 && read(ends[0], block, 1) == 0);
    return check_done();
}
