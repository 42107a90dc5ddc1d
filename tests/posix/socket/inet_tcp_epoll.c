/* SPDX-License-Identifier: BSD-3-Clause */
/* A server by epoll, edge-triggered: news of connections, bytes, ends and room come once each. */
#include "inet.h"
#include <sys/epoll.h>

static int set;

static void watch(int fd, unsigned events)
{
    struct epoll_event e = {.events = events, .data.fd = fd};

    REQUIRE(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) == 0);
}

/* The next event's bits, of the descriptor; 0: none within the time. */
static unsigned next(int fd, int ms)
{
    struct epoll_event e = {0};

    if (epoll_wait(set, &e, 1, ms) == 0)
        return 0;
    CHECK(e.data.fd == fd);
    return e.events;
}

int main(void)
{
    int server = listening_socket("127.0.0.1", 5), fd = new_socket(AF_INET, SOCK_STREAM), end;
    static char block[4096];
    char text[16];

    set = epoll_create1(0);
    watch(server, EPOLLIN | EPOLLET);
    CHECK(next(server, 0) == 0);
    CHECK(connect_to_socket(fd, server) == 0);
    CHECK(next(server, 1000) == EPOLLIN && next(server, 0) == 0);
    end = accept4(server, NULL, NULL, SOCK_NONBLOCK);
    CHECK(end >= 0);
    watch(end, EPOLLIN | EPOLLRDHUP | EPOLLET);
    CHECK(next(end, 0) == 0);
    CHECK(write(fd, "ab", 2) == 2);
    CHECK(next(end, 1000) == EPOLLIN && next(end, 0) == 0);
    CHECK(read(end, text, 1) == 1 && next(end, 0) == 0); /* what is left is no news */
    CHECK(write(fd, "c", 1) == 1);
    CHECK(next(end, 1000) == EPOLLIN);
    CHECK(read(end, text, sizeof(text)) == 2);
    CHECK_ERRNO(read(end, text, 1), EAGAIN);
    CHECK(shutdown(fd, SHUT_WR) == 0);
    printf("the peer ends: %#x\n", next(end, 1000));
    CHECK(read(end, text, 1) == 0);
    CHECK(epoll_ctl(set, EPOLL_CTL_DEL, end, NULL) == 0);

    CHECK(set_int_option(end, SOL_SOCKET, SO_SNDBUF, 20000) == 0);
    CHECK(set_int_option(fd, SOL_SOCKET, SO_RCVBUF, 20000) == 0);
    fill(end, block, sizeof(block));
    watch(end, EPOLLOUT | EPOLLET);
    CHECK(next(end, 0) == 0);
    while (recv(fd, block, sizeof(block), MSG_DONTWAIT) > 0)
        sleep_ms(1);
    CHECK(next(end, 10000) & EPOLLOUT);
    return check_done();
}
