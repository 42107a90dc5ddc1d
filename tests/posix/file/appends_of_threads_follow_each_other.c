/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* O_APPEND from four threads, each with a descriptor of its own: no line is lost or torn, small and
 * large ones, while another thread reads. */
#include "check.h"

#define THREADS 4
#define LINES   60

static char text[THREADS][40000];
static atomic_bool stop;

static size_t length_of(int line)
{
    return line % 20 == 7 ? sizeof(text[0]) : (size_t)(line * 37 % 700 + 2);
}

static void *append(void *argument)
{
    long me = (long)argument;
    int fd = open("log", O_WRONLY | O_APPEND);

    REQUIRE(fd >= 0);
    for (int i = 0; i < LINES; i++) {
        size_t n = length_of(i);
        CHECK(write(fd, text[me] + sizeof(text[me]) - n, n) == (ssize_t)n);
    }
    CHECK(close(fd) == 0);
    return NULL;
}

/* What is there begins with lines that are whole. */
static void *look(void *unused)
{
    char byte;
    int fd = open("log", O_RDONLY);

    (void)unused;
    REQUIRE(fd >= 0);
    while (!atomic_load(&stop))
        for (off_t at = 0; pread(fd, &byte, 1, at) == 1; at += 701)
            CHECK(byte == '\n' || (byte >= 'a' && byte < 'a' + THREADS));
    CHECK(close(fd) == 0);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS], reader;
    static char all[THREADS * LINES * 800 + THREADS * 4 * 40000];
    size_t total = 0;

    enter_scratch();
    int fd = open("log", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0);
    for (int i = 0; i < THREADS; i++) {
        memset(text[i], 'a' + i, sizeof(text[i]));
        text[i][sizeof(text[i]) - 1] = '\n';
    }
    REQUIRE(pthread_create(&reader, NULL, look, NULL) == 0);
    for (long i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, append, (void *)i) == 0);
    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_join(threads[i], NULL) == 0);
    atomic_store(&stop, true);
    REQUIRE(pthread_join(reader, NULL) == 0);

    for (int i = 0; i < LINES; i++)
        total += THREADS * length_of(i);
    CHECK(read(fd, all, sizeof(all)) == (ssize_t)total);
    int next[THREADS] = {0};
    for (size_t at = 0; at < total;) {
        int who = all[at] - 'a';
        REQUIRE(who >= 0 && who < THREADS && next[who] < LINES);
        size_t n = length_of(next[who]++);
        CHECK(memcmp(all + at, text[who] + sizeof(text[who]) - n, n) == 0);
        at += n;
    }
    return check_done();
}
