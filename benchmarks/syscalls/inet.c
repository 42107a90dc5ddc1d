/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets of AF_INET over the loopback interface. */
#include "bench.h"
#include "syscalls.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>

enum { TURNS = 1000, STREAM_TURNS = 50, BLOCK = 65536 };

static char block[BLOCK];

/* A socket that is bound to a port of 127.0.0.1, whose name is stored; −1: there are none. */
static int bound(int type, struct sockaddr_in *name)
{
    int fd = socket(AF_INET, type, 0);
    socklen_t length = sizeof(*name);
    *name = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0)
        return -1;
    BENCH_CHECK(bind(fd, (struct sockaddr *)name, sizeof(*name)) == 0);
    BENCH_CHECK(getsockname(fd, (struct sockaddr *)name, &length) == 0);
    return fd;
}

static int connected(const struct sockaddr_in *to)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    BENCH_CHECK(fd >= 0 && connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0);
    return fd;
}

/* Both ends of a connection without Nagle's algorithm. */
static void connection(int server, const struct sockaddr_in *name, int end[2])
{
    int on = 1;
    end[0] = connected(name);
    end[1] = accept(server, NULL, NULL);
    BENCH_CHECK(end[1] >= 0);
    for (int i = 0; i < 2; i++)
        BENCH_CHECK(setsockopt(end[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0);
}

static void *answer(void *argument)
{
    int fd = *(int *)argument;
    char byte;
    bench_pin(0);
    while (read(fd, &byte, 1) == 1)
        BENCH_CHECK(write(fd, &byte, 1) == 1);
    return NULL;
}

/* A byte goes to another thread, which answers. */
static void round_trip(int end[2])
{
    pthread_t other;
    unsigned right = 0;
    char byte = 'r';
    BENCH_CHECK(pthread_create(&other, NULL, answer, &end[1]) == 0);
    BENCH_EACH("tcp_round_trip", TURNS,
               right += write(end[0], &byte, 1) == 1 && read(end[0], &byte, 1) == 1);
    BENCH_CHECK(right == TURNS * (BENCH_BATCHES + 1));
    BENCH_CHECK(shutdown(end[0], SHUT_WR) == 0 && pthread_join(other, NULL) == 0);
}

static void read_block(int fd)
{
    for (size_t done = 0; done < BLOCK;) {
        ssize_t n = read(fd, block, BLOCK - done);
        BENCH_CHECK(n > 0);
        done += (size_t)n;
    }
}

/* The same thread writes and reads; the row is for 1,024 bytes. */
static void stream(int end[2])
{
    bench_watch("tcp_stream_1k");
    double cost = BENCH_MEASURE(STREAM_TURNS, {
        BENCH_CHECK(write(end[0], block, BLOCK) == BLOCK);
        read_block(end[1]);
    });
    bench_watch(NULL);
    bench_row("tcp_stream_1k", cost / (BLOCK / 1024));
}

static void connect_and_close(int server, const struct sockaddr_in *name)
{
    BENCH_EACH("tcp_connect_close", TURNS / 10, {
        int fd = connected(name), end = accept(server, NULL, NULL);
        BENCH_CHECK(end >= 0 && close(fd) == 0 && close(end) == 0);
    });
}

static void datagrams(void)
{
    struct sockaddr_in name;
    int fd = bound(SOCK_DGRAM, &name);
    unsigned right = 0;
    char byte = 'd';
    BENCH_CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&name, sizeof(name)) == 0);
    BENCH_EACH("udp_to_itself", TURNS,
               right += write(fd, &byte, 1) == 1 && read(fd, &byte, 1) == 1);
    BENCH_CHECK(right == TURNS * (BENCH_BATCHES + 1));
    close(fd);
}

void inet_calls(void)
{
    struct sockaddr_in name;
    int server = bound(SOCK_STREAM, &name), end[2];
    if (server < 0) {
        bench_skip("tcp_round_trip", strerror(errno));
        return;
    }
    BENCH_CHECK(listen(server, 5) == 0);
    BENCH_EACH("tcp_socket_close", TURNS, {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        BENCH_CHECK(fd >= 0 && close(fd) == 0);
    });
    connection(server, &name, end);
    stream(end);
    round_trip(end);
    close(end[0]);
    close(end[1]);
    connect_and_close(server, &name);
    close(server);
    datagrams();
}
