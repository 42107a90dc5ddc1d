/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A reader waits for bytes, a writer for room; close and shutdown by another thread end the wait;
 * a large transfer is complete. */
#include "local.h"

enum { LARGE = 3000000 };

static int pair[2];

static void *reader(void *unused)
{
    char byte;

    printf("read %d\n", (int)read(pair[0], &byte, 1));
    return unused;
}

static void *filler(void *unused)
{
    static char block[10000];

    while (write(pair[0], block, sizeof(block)) > 0)
        ;
    printf("writer: %s\n", strerror(errno));
    return unused;
}

static unsigned char byte_at(size_t i)
{
    return (unsigned char)(i * 7 + i / 251);
}

static void *sender(void *unused)
{
    unsigned char *all = malloc(LARGE);

    for (size_t i = 0; i < LARGE; i++)
        all[i] = byte_at(i);
    for (size_t done = 0; done < LARGE;) {
        ssize_t n = write(pair[0], all + done, LARGE - done);
        REQUIRE(n > 0);
        done += (size_t)n;
    }
    CHECK(shutdown(pair[0], SHUT_WR) == 0);
    free(all);
    return unused;
}

int main(void)
{
    unsigned char block[7001];
    size_t total = 0, wrong = 0;
    ssize_t n;

    signal(SIGPIPE, SIG_IGN);
    new_pair(SOCK_STREAM, pair);
    pthread_t thread = start_asleep(reader, NULL);
    CHECK(write(pair[1], "x", 1) == 1);
    join(thread);
    thread = start_asleep(reader, NULL);
    CHECK(shutdown(pair[1], SHUT_WR) == 0);
    join(thread);
    thread = start_asleep(filler, NULL);
    CHECK(shutdown(pair[1], SHUT_RD) == 0);
    join(thread);
    close(pair[0]);
    close(pair[1]);

    new_pair(SOCK_STREAM, pair);
    thread = start(sender, NULL);
    while ((n = read(pair[1], block, sizeof(block))) > 0) {
        for (ssize_t i = 0; i < n; i++)
            wrong += block[i] != byte_at(total + (size_t)i);
        total += (size_t)n;
    }
    join(thread);
    CHECK(n == 0 && total == LARGE && wrong == 0);
    close(pair[0]);
    close(pair[1]);
    new_pair(SOCK_STREAM, pair);
    thread = start_asleep(reader, NULL);
    CHECK(close(pair[1]) == 0);
    join(thread);
    return check_done();
}
