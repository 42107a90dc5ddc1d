/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 timeout=120 */
/* 2 MiB written in odd portions by several threads under a lock all arrive. */
#include "check.h"

#define THREADS 3

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long written;

static void *body(void *unused)
{
    char line[512];

    (void)unused;
    for (bool more = true; more;) {
        pthread_mutex_lock(&lock);
        int length = (int)(17 + written % 400);
        for (int i = 0; i < length - 1; i++)
            line[i] = (char)('!' + (written + i * 7) % 90);
        line[length - 1] = '\n';
        REQUIRE(write(1, line, (size_t)length) == length);
        written += length;
        more = written < 2 << 20;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    long wanted = 0;

    /* How far the last lines overshoot is the same in each run: lengths follow `written`. */
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(body, NULL);
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    while (wanted < written)
        wanted += 17 + wanted % 400;
    CHECK(wanted == written);
    return check_done();
}
