/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 args="40" */
/* Four threads want to make each name, by each call that makes one: one of them does, the others
 * hear EEXIST. */
#include "check.h"

#define THREADS 4

static long nr_names;
static pthread_barrier_t together;
static atomic_long won[4], lost[4];

static int make(int how, const char *name)
{
    switch (how) {
    case 0: {
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
        return fd < 0 ? -1 : close(fd);
    }
    case 1:
        return mkdir(name, 0700);
    case 2:
        return symlink("target", name);
    default:
        return link("file", name);
    }
}

static void *compete(void *argument)
{
    char name[16];
    for (long i = 0; i < nr_names; i++) {
        int how = (int)(i % 4);
        snprintf(name, sizeof(name), "n%ld", i);
        pthread_barrier_wait(&together);
        if (make(how, name) == 0)
            atomic_fetch_add(&won[how], 1);
        else if (CHECK(errno == EEXIST))
            atomic_fetch_add(&lost[how], 1);
    }
    return argument;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    struct stat status;
    REQUIRE(argc == 2);
    nr_names = strtol(argv[1], NULL, 10);
    enter_scratch();
    make_file("file", "");
    REQUIRE(pthread_barrier_init(&together, NULL, THREADS) == 0);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(compete, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    for (int how = 0; how < 4; how++)
        printf("%ld made, %ld times refused\n", atomic_load(&won[how]), atomic_load(&lost[how]));
    CHECK(stat("file", &status) == 0 && (long)status.st_nlink == 1 + nr_names / 4);
    CHECK(stat(".", &status) == 0);
    return check_done();
}
