/* SPDX-License-Identifier: BSD-3-Clause */
/* 600 files are open at once, half of them without a name: each has its own content and place. */
#include "check.h"

#define FILES 600

static int fds[FILES];

static const char *name_of(int i)
{
    static char name[16];
    snprintf(name, sizeof(name), "f%d", i);
    return name;
}

int main(void)
{
    int wrong = 0;
    struct stat status;
    enter_scratch();
    for (int i = 0; i < FILES; i++) {
        fds[i] = open(name_of(i), O_RDWR | O_CREAT | O_EXCL, 0600);
        REQUIRE(fds[i] >= 0 && write(fds[i], &i, sizeof(i)) == sizeof(i));
        if (i % 2 == 0)
            REQUIRE(unlink(name_of(i)) == 0);
    }
    for (int n = 0; n < FILES; n++) {
        int i = n * 7 % FILES, value = -1, next = -1;
        wrong += pread(fds[i], &value, sizeof(value), 0) != sizeof(value) || value != i;
        wrong += write(fds[i], &n, sizeof(n)) != sizeof(n);
        wrong += pread(fds[i], &next, sizeof(next), sizeof(next)) != sizeof(next) || next != n;
        wrong += fstat(fds[i], &status) != 0 || status.st_nlink != (nlink_t)(i % 2);
        wrong += status.st_size != 2 * sizeof(int);
    }
    printf("%d wrong\n", wrong);
    for (int i = 0; i < FILES; i++) {
        CHECK(close(fds[i]) == 0);
        CHECK((stat(name_of(i), &status) == 0) == (i % 2 == 1));
    }
    for (int i = 1; i < FILES; i += 2)
        CHECK(unlink(name_of(i)) == 0);
    return check_done();
}
