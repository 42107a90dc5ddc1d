/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 mem=256M args="800" timeout=240 */
/* A folder with very many names: they are made, found, listed, listed from places in the middle,
 * and removed while they are listed; each once. Times go to stderr. The argument is their number,
 * 100000 by hand. */
#include "check.h"
#include <dirent.h>

static unsigned char *seen;
static long nr_names;

static const char *name_of(long i)
{
    static char name[64];
    snprintf(name, sizeof(name), "a-name-of-some-length-%ld", i);
    return name;
}

/* The number in a name; -1: "." and "..". */
static long number_of(const char *name)
{
    return *name == '.' ? -1 : strtol(name + strlen("a-name-of-some-length-"), NULL, 10);
}

static void made(const char *what)
{
    static long long last;
    long long now = now_ns(CLOCK_MONOTONIC);
    if (last != 0)
        fprintf(stderr, "%s: %lld ns for each\n", what, (now - last) / nr_names);
    last = now_ns(CLOCK_MONOTONIC);
}

static void make_all(void)
{
    for (long i = 0; i < nr_names; i++) {
        int fd = open(name_of(i), O_WRONLY | O_CREAT | O_EXCL, 0600);
        REQUIRE(fd >= 0 && close(fd) == 0);
    }
}

static void stat_all(void)
{
    struct stat status;
    for (long i = 0; i < nr_names; i++)
        REQUIRE(stat(name_of(i * 7919 % nr_names), &status) == 0 && status.st_size == 0);
    CHECK_ERRNO(stat(name_of(nr_names), &status), ENOENT);
}

/* Every name once; positions of some of them. */
static void list_all(long *places, long nr_places)
{
    DIR *folder = opendir(".");
    const struct dirent *entry;
    long n = 0, twice = 0;
    REQUIRE(folder != NULL);
    memset(seen, 0, (size_t)nr_names);
    for (long at = telldir(folder); (entry = readdir(folder)) != NULL; at = telldir(folder)) {
        long i = number_of(entry->d_name);
        if (i < 0)
            continue;
        REQUIRE(i < nr_names);
        twice += seen[i]++;
        if (n++ % (nr_names / nr_places) == 0)
            places[n / (nr_names / nr_places)] = at;
    }
    printf("%ld names, %ld twice\n", n, twice);
    closedir(folder);
}

/* From each place on comes what came there before. */
static void seek(const long *places, long nr_places)
{
    DIR *folder = opendir(".");
    long found = 0;
    REQUIRE(folder != NULL);
    for (long i = nr_places - 1; i >= 0; i--) {
        seekdir(folder, places[i]);
        const struct dirent *entry = readdir(folder);
        found += entry != NULL && telldir(folder) != places[i];
    }
    printf("%ld places found\n", found);
    closedir(folder);
}

static void remove_listed(void)
{
    DIR *folder = opendir(".");
    const struct dirent *entry;
    long n = 0;
    REQUIRE(folder != NULL);
    do {
        rewinddir(folder);
        n = 0;
        while ((entry = readdir(folder)) != NULL)
            if (number_of(entry->d_name) >= 0) {
                REQUIRE(unlink(entry->d_name) == 0);
                n++;
            }
    } while (n > 0); /* a listing may miss names when others go */
    closedir(folder);
}

int main(int argc, char **argv)
{
    long places[64];

    REQUIRE(argc == 2);
    nr_names = strtol(argv[1], NULL, 10);
    seen = malloc((size_t)nr_names);
    REQUIRE(seen != NULL);
    enter_scratch();
    REQUIRE(mkdir("folder", 0700) == 0 && chdir("folder") == 0);
    made("start");
    make_all();
    made("make");
    stat_all();
    made("stat");
    list_all(places, 50);
    made("list");
    seek(places, 50);
    made("seek, 50 times");
    CHECK_ERRNO(rmdir("../folder"), ENOTEMPTY);
    remove_listed();
    made("remove");
    CHECK(rmdir("../folder") == 0);
    return check_done();
}
