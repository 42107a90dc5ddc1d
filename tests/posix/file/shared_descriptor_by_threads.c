/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Appending, positioned and sequential writes by many threads lose nothing. */
#include "check.h"

#define THREADS 4
#define WRITES  150

static int append_fd, shared_fd, positioned_fd;

static void *body(void *argument)
{
    char line[9];
    int self = (int)(intptr_t)argument;

    for (int i = 0; i < WRITES; i++) {
        snprintf(line, sizeof(line), "%d %05d\n", self, i);
        REQUIRE(write(append_fd, line, 8) == 8);
        REQUIRE(write(shared_fd, line, 8) == 8);
        REQUIRE(pwrite(positioned_fd, line, 8, (i * THREADS + self) * 8) == 8);
    }
    return NULL;
}

static void check_file(const char *path, bool exact)
{
    int next[THREADS] = {0}, self, number, lines = 0;
    FILE *file = fopen(path, "r");

    REQUIRE(file != NULL);
    while (fscanf(file, "%d %d\n", &self, &number) == 2) {
        CHECK(next[self]++ == number);
        if (exact)
            CHECK(lines == number * THREADS + self);
        lines++;
    }
    fclose(file);
    printf("%s: %d lines\n", path, lines);
}

int main(void)
{
    pthread_t threads[THREADS];

    enter_scratch();
    append_fd = open("append", O_WRONLY | O_CREAT | O_APPEND, 0600);
    shared_fd = open("shared", O_WRONLY | O_CREAT, 0600);
    positioned_fd = open("positioned", O_WRONLY | O_CREAT, 0600);
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    check_file("append", false);
    check_file("shared", false);
    check_file("positioned", true);
    return check_done();
}
