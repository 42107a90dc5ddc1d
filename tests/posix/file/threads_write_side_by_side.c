/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 args="60" */
/* Four threads write the blocks of one file in turns, each by a descriptor of its own and in its
 * own size, backwards and forwards; holes are filled, and nobody's bytes get lost. */
#include "check.h"

#define THREADS 4

static const size_t sizes[] = {1000, 4096, 40000, 700};
static long nr_rounds;

/* Where round i of a thread begins: rounds of all threads follow each other. */
static off_t place(int thread, long round)
{
    size_t all = 0, before = 0;
    for (int i = 0; i < THREADS; i++) {
        before += i < thread ? sizes[i] : 0;
        all += sizes[i];
    }
    return (off_t)((size_t)round * all + before);
}

static unsigned char value(int thread, long round)
{
    return (unsigned char)(round * THREADS + thread + 1);
}

static void *write_blocks(void *argument)
{
    int me = (int)(intptr_t)argument, fd = open("f", O_RDWR);
    unsigned char *block = malloc(sizes[me]);
    REQUIRE(fd >= 0 && block != NULL);
    for (long i = 0; i < nr_rounds; i++) {
        long round = me % 2 == 0 ? i : nr_rounds - 1 - i;
        memset(block, value(me, round), sizes[me]);
        CHECK(pwrite(fd, block, sizes[me], place(me, round)) == (ssize_t)sizes[me]);
    }
    CHECK(close(fd) == 0);
    free(block);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    static unsigned char block[40000];
    long wrong = 0;
    REQUIRE(argc == 2);
    nr_rounds = strtol(argv[1], NULL, 10);
    enter_scratch();
    make_file("f", "");
    for (long i = 0; i < THREADS; i++)
        threads[i] = start(write_blocks, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    int fd = open("f", O_RDONLY);
    REQUIRE(fd >= 0);
    for (long round = 0; round < nr_rounds; round++)
        for (int i = 0; i < THREADS; i++) {
            CHECK(read(fd, block, sizes[i]) == (ssize_t)sizes[i]);
            for (size_t at = 0; at < sizes[i]; at++)
                wrong += block[at] != value(i, round);
        }
    printf("%ld bytes wrong\n", wrong);
    CHECK(read(fd, block, 1) == 0);
    return check_done();
}
