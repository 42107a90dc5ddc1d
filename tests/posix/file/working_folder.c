/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* chdir, fchdir and getcwd agree; all threads share the working folder. */
#include "check.h"

static char base[4096];

static const char *here(void)
{
    static char path[4096];

    REQUIRE(getcwd(path, sizeof(path)) != NULL);
    return strncmp(path, base, strlen(base)) == 0 ? path + strlen(base) : path;
}

static void *change(void *unused)
{
    CHECK(chdir("two") == 0);
    return unused;
}

int main(void)
{
    char tiny[3];

    enter_scratch();
    REQUIRE(getcwd(base, sizeof(base)) != NULL);
    REQUIRE(mkdir("one", 0755) == 0 && mkdir("one/two", 0755) == 0);
    REQUIRE(symlink("one/two", "short") == 0);
    int fd = open(".", O_RDONLY);
    CHECK(chdir("one") == 0);
    puts(here());
    join(start(change, NULL));
    puts(here());
    CHECK(fchdir(fd) == 0);
    printf("base%s\n", here());
    CHECK(chdir("short") == 0);
    puts(here());
    CHECK(getcwd(tiny, sizeof(tiny)) == NULL && errno == ERANGE);
    CHECK_ERRNO(fchdir(999), EBADF);
    CHECK(chdir("/") == 0 && getcwd(tiny, sizeof(tiny)) == tiny);
    puts(tiny);
    return check_done();
}
