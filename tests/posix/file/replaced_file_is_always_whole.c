/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 args="60" */
/* A file is written anew under another name and takes the old one's, again and again: whoever opens
 * it meanwhile reads one version, whole. */
#include "check.h"

#define READERS 3
#define SIZE    20000

static atomic_bool over;
static atomic_long nr_reads;

static void write_version(int version)
{
    static unsigned char bytes[SIZE];
    memset(bytes, version, SIZE);
    int fd = open("new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    REQUIRE(fd >= 0 && write(fd, bytes, SIZE / 2) == SIZE / 2);
    REQUIRE(write(fd, bytes, SIZE / 2) == SIZE / 2 && close(fd) == 0);
    REQUIRE(rename("new", "file") == 0);
}

static void *look(void *argument)
{
    unsigned char *bytes = malloc(SIZE + 1);
    REQUIRE(bytes != NULL);
    while (!atomic_load(&over)) {
        int fd = open("file", O_RDONLY), other = 0;
        REQUIRE(fd >= 0);
        CHECK(read(fd, bytes, SIZE / 3) == SIZE / 3);
        CHECK(read(fd, bytes + SIZE / 3, SIZE) == SIZE - SIZE / 3);
        for (int i = 0; i < SIZE; i++)
            other += bytes[i] != bytes[0];
        if (other > 0)
            printf("%d bytes of another version\n", other);
        CHECK(close(fd) == 0);
        atomic_fetch_add(&nr_reads, 1);
    }
    free(bytes);
    return argument;
}

int main(int argc, char **argv)
{
    pthread_t readers[READERS];
    REQUIRE(argc == 2);
    enter_scratch();
    write_version(0);
    for (int i = 0; i < READERS; i++)
        readers[i] = start(look, NULL);
    for (int version = 1; version < atoi(argv[1]); version++)
        write_version(version);
    while (atomic_load(&nr_reads) < 10)
        sched_yield();
    atomic_store(&over, true);
    for (int i = 0; i < READERS; i++)
        join(readers[i]);
    CHECK_ERRNO(access("new", F_OK), ENOENT);
    return check_done();
}
