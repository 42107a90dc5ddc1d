/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Writes of up to PIPE_BUF bytes by many threads do not mix;
 * non-blocking ones are all or nothing. */
#include "check.h"
#include <limits.h>

#define THREADS 4
#define WRITES  60
#define SIZE    PIPE_BUF

static int ends[2];

static void *produce(void *argument)
{
    char block[SIZE];

    memset(block, 'a' + (int)(intptr_t)argument, sizeof(block));
    for (int i = 0; i < WRITES; i++)
        REQUIRE(write(ends[1], block, sizeof(block)) == (ssize_t)sizeof(block));
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    char block[SIZE];
    int counts[THREADS] = {0}, mixed = 0;

    REQUIRE(pipe(ends) == 0);
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = start(produce, (void *)i);
    for (int i = 0; i < THREADS * WRITES; i++) {
        for (size_t got = 0; got < SIZE;) {
            ssize_t count = read(ends[0], block + got, SIZE - got);
            REQUIRE(count > 0);
            got += (size_t)count;
        }
        for (size_t j = 1; j < SIZE; j++)
            mixed += block[j] != block[0];
        counts[block[0] - 'a']++;
    }
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("mixed %d, counts %d %d %d %d\n", mixed, counts[0], counts[1], counts[2], counts[3]);
    CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    long held = 0;
    while (write(ends[1], block, SIZE) == SIZE)
        held += SIZE;
    CHECK(errno == EAGAIN);
    printf("a pipe holds %ld bytes\n", held);
    CHECK(read(ends[0], block, 100) == 100);
    CHECK_ERRNO(write(ends[1], block, SIZE), EAGAIN);
    return check_done();
}
