/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 args="600" timeout=120 */
/* Places of a listing lead back to the same name, in any order, from each name to the next, and
 * while names come and go. The argument is the number of names; times go to stderr, 100000 by
 * hand. */
#include "check.h"
#include <dirent.h>

static long nr_names, *places;
static int *names;

static void make_names(void)
{
    char name[16];
    for (long i = 0; i < nr_names; i++) {
        snprintf(name, sizeof(name), "n%ld", i);
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
        REQUIRE(fd >= 0 && close(fd) == 0);
    }
}

/* The number of the next name; −1: the end. */
static int next(DIR *folder)
{
    const struct dirent *e;
    while ((e = readdir(folder)) != NULL)
        if (e->d_name[0] == 'n')
            return atoi(e->d_name + 1);
    return -1;
}

static long note_places(DIR *folder)
{
    long n = 0;
    for (long at = telldir(folder); n < nr_names; at = telldir(folder)) {
        places[n] = at;
        names[n] = next(folder);
        if (names[n] < 0)
            break;
        n++;
    }
    CHECK(next(folder) == -1);
    return n;
}

/* Goes to n places in an order that `step` gives. */
static void go_back(DIR *folder, long step, long n)
{
    long long begin = now_ns(CLOCK_MONOTONIC);
    long wrong = 0;
    for (long i = 0, at = 0; i < n; i++, at = (at + step) % nr_names) {
        seekdir(folder, places[at]);
        wrong += next(folder) != names[at];
    }
    printf("%ld names, %ld wrong\n", n, wrong);
    fprintf(stderr, "steps of %ld: %lld ns for each\n", step,
            (now_ns(CLOCK_MONOTONIC) - begin) / n);
}

/* Places stay what they are when the names before them go. */
static void remove_half(DIR *folder)
{
    char name[16];
    long wrong = 0;
    for (long i = 0; i < nr_names / 2; i++) {
        snprintf(name, sizeof(name), "n%d", names[i]);
        REQUIRE(unlink(name) == 0);
    }
    for (long i = nr_names - 1; i >= nr_names / 2; i -= nr_names / 20) {
        seekdir(folder, places[i]);
        wrong += next(folder) != names[i];
    }
    printf("%ld wrong after half of them went\n", wrong);
}

int main(int argc, char **argv)
{
    REQUIRE(argc == 2);
    nr_names = strtol(argv[1], NULL, 10);
    places = calloc((size_t)nr_names, sizeof(*places));
    names = calloc((size_t)nr_names, sizeof(*names));
    enter_scratch();
    REQUIRE(places != NULL && names != NULL && mkdir("d", 0700) == 0 && chdir("d") == 0);
    make_names();
    DIR *folder = opendir(".");
    REQUIRE(folder != NULL);
    printf("%ld names\n", note_places(folder));
    go_back(folder, 1, nr_names);
    go_back(folder, nr_names - 1, nr_names);
    go_back(folder, nr_names / 3 + 1, nr_names);
    remove_half(folder);
    CHECK(closedir(folder) == 0);
    return check_done();
}
