/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP_DEFER_ACCEPT: a connection can be accepted when it has said something, or has ended, or when
 * the time is over; and one that is reset before is never seen. */
#include "inet.h"

static int waits(int server, int ms)
{
    struct pollfd p = {.fd = server, .events = POLLIN};

    return poll(&p, 1, ms) == 0;
}

static int client_of(int server)
{
    int fd = new_socket(AF_INET, SOCK_STREAM);

    REQUIRE(connect_to_socket(fd, server) == 0);
    return fd;
}

int main(void)
{
    int server = listening_socket("127.0.0.1", 5), fd, end;
    struct linger at_once = {1, 0};
    char data[8];

    CHECK(set_int_option(server, IPPROTO_TCP, TCP_DEFER_ACCEPT, 30) == 0);
    fd = client_of(server);
    printf("connected: %s\n", waits(server, 300) ? "none can be accepted" : "one can");
    REQUIRE(write(fd, "hello", 5) == 5);
    printf("written: %s\n", waits(server, 5000) ? "none can be accepted" : "one can");
    end = accept(server, NULL, NULL);
    printf("read: %zd\n", read(end, data, sizeof(data)));
    printf("accepted has %d\n", int_option(end, IPPROTO_TCP, TCP_DEFER_ACCEPT));
    close(end);
    close(fd);

    fd = client_of(server);
    REQUIRE(shutdown(fd, SHUT_WR) == 0);
    printf("ended: %s\n", waits(server, 5000) ? "none can be accepted" : "one can");
    end = accept(server, NULL, NULL);
    printf("read: %zd\n", read(end, data, sizeof(data)));
    close(end);
    close(fd);

    fd = client_of(server);
    REQUIRE(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
    close(fd);
    printf("reset: %s\n", waits(server, 300) ? "none can be accepted" : "one can");

    CHECK(set_int_option(server, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1) == 0);
    fd = client_of(server);
    printf("a second: %s\n", waits(server, 10000) ? "none can be accepted" : "one can");
    end = accept(server, NULL, NULL);
    REQUIRE(write(end, "late", 4) == 4);
    printf("read: %zd\n", read(fd, data, sizeof(data)));
    close(end);
    close(fd);

    /* One that still waits goes with the listening socket. */
    CHECK(set_int_option(server, IPPROTO_TCP, TCP_DEFER_ACCEPT, 30) == 0);
    fd = client_of(server);
    close(server);
    close(fd);
    return check_done();
}
