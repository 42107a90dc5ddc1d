/* SPDX-License-Identifier: BSD-3-Clause */
/* poll and select that wait are woken by connections, bytes, room, ends and resets. */
#include "inet.h"
#include <sys/select.h>

struct wait {
    int fd;
    short events;
};

static void *polls(void *argument)
{
    const struct wait *w = argument;
    struct pollfd p[2] = {{.fd = w->fd, .events = w->events}, {.fd = -1}};

    CHECK(poll(p, 2, 10000) == 1);
    return (void *)(intptr_t)p[0].revents;
}

static void *selects(void *argument)
{
    const struct wait *w = argument;
    fd_set set;

    FD_ZERO(&set);
    FD_SET(w->fd, &set);
    return (void *)(intptr_t)(w->events & POLLIN ? select(w->fd + 1, &set, NULL, NULL, NULL)
                                                 : select(w->fd + 1, NULL, &set, NULL, NULL));
}

int main(void)
{
    int server = listening_socket("127.0.0.1", 5), fd = new_socket(AF_INET, SOCK_STREAM), end;
    struct linger none = {1, 0};
    static char block[4096];
    pthread_t thread, other;
    struct wait w;

    w = (struct wait){server, POLLIN};
    thread = start_asleep(polls, &w);
    other = start_asleep(selects, &w);
    CHECK(connect_to_socket(fd, server) == 0);
    printf("connection: %#x\n", (unsigned)(intptr_t)join(thread));
    CHECK((intptr_t)join(other) == 1);
    end = accept(server, NULL, NULL);
    w = (struct wait){end, POLLIN};
    thread = start_asleep(polls, &w);
    other = start_asleep(selects, &w);
    CHECK(write(fd, "x", 1) == 1);
    printf("byte: %#x\n", (unsigned)(intptr_t)join(thread));
    CHECK((intptr_t)join(other) == 1);
    CHECK(set_int_option(end, SOL_SOCKET, SO_SNDBUF, 20000) == 0);
    CHECK(set_int_option(fd, SOL_SOCKET, SO_RCVBUF, 20000) == 0);
    fill(end, block, sizeof(block));
    w = (struct wait){end, POLLOUT};
    thread = start_asleep(polls, &w);
    while (recv(fd, block, sizeof(block), MSG_DONTWAIT) > 0)
        sleep_ms(1);
    printf("room: %#x\n", (unsigned)(intptr_t)join(thread));
    CHECK(recv(end, block, 1, 0) == 1);
    w = (struct wait){end, POLLIN | POLLRDHUP};
    thread = start_asleep(polls, &w);
    CHECK(shutdown(fd, SHUT_WR) == 0);
    printf("end: %#x\n", (unsigned)(intptr_t)join(thread));
    close(fd);
    close(end);

    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_to_socket(fd, server) == 0);
    end = accept(server, NULL, NULL);
    w = (struct wait){fd, POLLIN};
    thread = start_asleep(polls, &w);
    CHECK(setsockopt(end, SOL_SOCKET, SO_LINGER, &none, sizeof(none)) == 0 && close(end) == 0);
    printf("reset: %#x\n", (unsigned)(intptr_t)join(thread));
    return check_done();
}
