/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* Threads create, rename, list and remove files in one folder without interfering. */
#include "check.h"
#include <dirent.h>

#define THREADS 6
#define ROUNDS  40

static void *body(void *argument)
{
    char name[32], moved[32], byte;
    int self = (int)(intptr_t)argument;

    for (int i = 0; i < ROUNDS; i++) {
        snprintf(name, sizeof(name), "t%d.%d", self, i);
        snprintf(moved, sizeof(moved), "m%d.%d", self, i);
        int fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
        REQUIRE(fd >= 0 && write(fd, "x", 1) == 1);
        REQUIRE(rename(name, moved) == 0);
        CHECK(pread(fd, &byte, 1, 0) == 1 && byte == 'x');
        close(fd);
        CHECK(access(name, F_OK) == -1 && access(moved, F_OK) == 0);
        if (i % 4)
            REQUIRE(unlink(moved) == 0);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    int left = 0;

    enter_scratch();
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = start(body, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    DIR *folder = opendir(".");
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL)
        left += entry->d_name[0] == 'm';
    printf("left %d\n", left);
    return check_done();
}
