/* SPDX-License-Identifier: BSD-3-Clause */
/* Megabytes both ways at once, in pieces of all sizes, over IPv4 and IPv6: every byte arrives, in
 * order. */
#include "inet.h"
#include <sys/uio.h>

#define TOTAL (6UL << 20)

struct side {
    int fd;
    uint64_t seed;
};

static char byte_at(uint64_t seed, size_t at)
{
    return (char)((at * 2654435761U + seed) >> 16);
}

static size_t next_size(uint64_t *state, size_t most)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    size_t n = (size_t)(*state >> 33);
    n = n % 7 == 0 ? n % 100000 : n % 7 < 4 ? n % 3000 : n % 40;
    return n < 1 ? 1 : n > most ? most : n;
}

static void *send_all(void *argument)
{
    struct side *s = argument;
    char *data = malloc(TOTAL);
    uint64_t state = s->seed;

    for (size_t i = 0; i < TOTAL; i++)
        data[i] = byte_at(s->seed, i);
    for (size_t done = 0; done < TOTAL;) {
        size_t n = next_size(&state, TOTAL - done), half = n / 3;
        struct iovec part[2] = {{data + done, half}, {data + done + half, n - half}};
        ssize_t sent = state >> 60 & 1 ? writev(s->fd, part, 2) : send(s->fd, data + done, n, 0);
        REQUIRE(sent > 0);
        done += (size_t)sent;
    }
    CHECK(shutdown(s->fd, SHUT_WR) == 0);
    free(data);
    return NULL;
}

static void receive_all(int fd, uint64_t seed)
{
    static char data[100000];
    uint64_t state = ~seed;
    size_t done = 0;
    ssize_t n;

    while ((n = recv(fd, data, next_size(&state, sizeof(data)), 0)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            REQUIRE(data[i] == byte_at(seed, done + (size_t)i));
        done += (size_t)n;
    }
    CHECK(n == 0 && done == TOTAL);
}

static void *receive_thread(void *argument)
{
    struct side *s = argument;
    static char data[65536];
    size_t done = 0;
    ssize_t n;

    while ((n = read(s->fd, data, sizeof(data))) > 0) {
        for (ssize_t i = 0; i < n; i++)
            REQUIRE(data[i] == byte_at(s->seed, done + (size_t)i));
        done += (size_t)n;
    }
    CHECK(n == 0 && done == TOTAL);
    return NULL;
}

static void exchange(const char *text)
{
    int end[2];

    new_connection(text, end);
    struct side there = {end[0], 5}, back = {end[1], 77}, read_back = {end[0], 77};
    pthread_t a = start(send_all, &there), b = start(send_all, &back);
    pthread_t c = start(receive_thread, &read_back);
    receive_all(end[1], 5);
    CHECK(pthread_join(a, NULL) == 0 && pthread_join(b, NULL) == 0 && pthread_join(c, NULL) == 0);
    close(end[0]);
    close(end[1]);
    printf("%s: done\n", text);
}

int main(void)
{
    exchange("127.0.0.1");
    exchange("::1");
    return check_done();
}
