/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Each name is listed once, by small steps, by two readers in turn, into a bad buffer, while names
 * go. */
#include "check.h"
#include <sys/mman.h>
#include <sys/syscall.h>

#define NAMES 500

struct entry {
    uint64_t ino;
    int64_t off;
    uint16_t length;
    uint8_t type;
    char name[];
};

static char seen[2][NAMES];

/* Marks the names of one step; how many bytes it brought, or the error. */
static long step(int fd, void *buffer, size_t size, char *marks)
{
    long n = syscall(SYS_getdents64, fd, buffer, size);

    for (long at = 0; at < n;) {
        const struct entry *e = (void *)((char *)buffer + at);
        if (e->name[0] == 'n')
            marks[atoi(e->name + 1)]++;
        at += e->length;
    }
    return n;
}

static void check_all_once(const char *what, const char *marks)
{
    int wrong = 0;

    for (int i = 0; i < NAMES; i++)
        wrong += marks[i] != 1;
    printf("%s: %d wrong\n", what, wrong);
}

static int open_folder(void)
{
    int fd = open(".", O_RDONLY | O_DIRECTORY);

    memset(seen, 0, sizeof(seen));
    REQUIRE(fd >= 0);
    return fd;
}

static void make_names(void)
{
    char name[16];

    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        make_file(name, "");
    }
}

static void test_two_readers(void)
{
    _Alignas(8) char buffer[200], other[500];
    int first = open_folder(), second = open(".", O_RDONLY | O_DIRECTORY);
    long a = 1, b = 1;

    while (a > 0 || b > 0) {
        if (a > 0)
            a = step(first, buffer, sizeof(buffer), seen[0]);
        if (b > 0)
            b = step(second, other, sizeof(other), seen[1]);
    }
    CHECK(a == 0 && b == 0);
    check_all_once("first of two", seen[0]);
    check_all_once("second of two", seen[1]);
    close(first);
    close(second);
}

static void test_bad_buffer(void)
{
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int fd = open_folder();
    long n;

    REQUIRE(munmap(page + 4096, 4096) == 0);
    CHECK_ERRNO(step(fd, page + 4096, 4096, seen[0]), EFAULT);
    while ((n = step(fd, page + 2048, 4096, seen[0])) > 0)
        CHECK(n <= 2048);
    /* The last names may have been many enough to reach the hole, never too few. */
    while (n < 0 && errno == EFAULT && (n = step(fd, page, 4096, seen[0])) > 0)
        ;
    CHECK(n == 0);
    check_all_once("into a bad buffer", seen[0]);
    close(fd);
}

static void test_names_go(void)
{
    _Alignas(8) char buffer[300];
    char name[16];
    int fd = open_folder(), removed = 0;

    while (step(fd, buffer, sizeof(buffer), seen[0]) > 0)
        for (int i = 0; i < NAMES; i++) {
            if (seen[0][i] != 1)
                continue;
            snprintf(name, sizeof(name), "n%d", i);
            CHECK(unlink(name) == 0);
            seen[0][i] = 2;
            removed++;
        }
    printf("%d removed\n", removed);
    close(fd);
}

int main(void)
{
    enter_scratch();
    make_names();
    test_two_readers();
    test_bad_buffer();
    test_names_go();
    return check_done();
}
