/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* An echo server on epoll with edges, and clients in threads. */
#include "local.h"
#include <sys/epoll.h>

enum { CLIENTS = 8, ROUNDS = 50 };

static void *client(void *argument)
{
    char out[32], in[32];
    int fd = new_socket(SOCK_STREAM);

    REQUIRE(connect_to(fd, "@test.echo") == 0);
    for (int i = 0; i < ROUNDS; i++) {
        int n = snprintf(out, sizeof(out), "%d/%d", (int)(uintptr_t)argument, i);
        CHECK(write(fd, out, (size_t)n) == n);
        CHECK(recv(fd, in, (size_t)n, MSG_WAITALL) == n && memcmp(in, out, (size_t)n) == 0);
    }
    CHECK(close(fd) == 0);
    return NULL;
}

static void add(int set, int fd)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.fd = fd};

    REQUIRE(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
}

/* True at the end of the connection. */
static bool echo(int fd)
{
    char buf[64];
    ssize_t n;

    while ((n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
        CHECK(write(fd, buf, (size_t)n) == n);
    return n == 0;
}

int main(void)
{
    pthread_t thread[CLIENTS];
    struct epoll_event events[4];
    int set = epoll_create1(0), server = listening(SOCK_STREAM, "@test.echo", 3), ended = 0, fd;

    CHECK(fcntl(server, F_SETFL, O_NONBLOCK) == 0);
    add(set, server);
    for (uintptr_t i = 0; i < CLIENTS; i++)
        thread[i] = start(client, (void *)i);
    while (ended < CLIENTS) {
        int n = epoll_wait(set, events, 4, -1);
        REQUIRE(n > 0);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd != server) {
                if (echo(events[i].data.fd)) {
                    ended++;
                    CHECK(close(events[i].data.fd) == 0);
                }
                continue;
            }
            while ((fd = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0)
                add(set, fd);
        }
    }
    for (int i = 0; i < CLIENTS; i++)
        join(thread[i]);
    return check_done();
}
