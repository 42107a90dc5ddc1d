/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 args="60" */
/* Four threads make, read and remove files of their own in one folder, while one lists it: a
 * listing has no name twice, and at the end nothing is left. */
#include "check.h"
#include <dirent.h>

#define THREADS 4

static long nr_rounds;
static atomic_bool over;

static void *make_and_remove(void *argument)
{
    char name[32], text[32] = "";
    for (long i = 0; i < nr_rounds; i++) {
        snprintf(name, sizeof(name), "f-%ld-%ld", (long)(intptr_t)argument, i);
        make_file(name, name);
        int fd = open(name, O_RDONLY);
        CHECK(fd >= 0 && unlink(name) == 0);
        CHECK(read(fd, text, sizeof(text)) == (ssize_t)strlen(name));
        CHECK(memcmp(text, name, strlen(name)) == 0 && close(fd) == 0);
        CHECK_ERRNO(open(name, O_RDONLY), ENOENT);
    }
    return NULL;
}

static void *list(void *argument)
{
    while (!atomic_load(&over)) {
        DIR *folder = opendir("."), *other = opendir(".");
        char seen[THREADS][1024] = {0};
        long thread, number;
        REQUIRE(folder != NULL && other != NULL);
        for (const struct dirent *e; (e = readdir(folder)) != NULL; readdir(other))
            if (sscanf(e->d_name, "f-%ld-%ld", &thread, &number) == 2)
                CHECK(seen[thread][number]++ == 0);
        closedir(folder);
        closedir(other);
    }
    return argument;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    int left = 0;
    REQUIRE(argc == 2);
    nr_rounds = strtol(argv[1], NULL, 10);
    REQUIRE(nr_rounds <= 1024);
    enter_scratch();
    REQUIRE(mkdir("d", 0700) == 0 && chdir("d") == 0);
    pthread_t lister = start(list, NULL);
    for (long i = 0; i < THREADS; i++)
        threads[i] = start(make_and_remove, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    atomic_store(&over, true);
    join(lister);
    DIR *folder = opendir(".");
    for (const struct dirent *e; (e = readdir(folder)) != NULL;)
        left += e->d_name[0] == 'f';
    printf("%d names are left\n", left);
    CHECK(closedir(folder) == 0 && rmdir("../d") == 0);
    return check_done();
}
