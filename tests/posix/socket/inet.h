/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the programs about sockets of AF_INET and AF_INET6 share. Addresses are loopback ones, ports
 * are the kernel's choice. Any thread.
 */
#ifndef TESTS_POSIX_INET_H
#define TESTS_POSIX_INET_H

#include "check.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* An address of either family. */
struct address {
    socklen_t length;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
};

/* From text, as "127.0.0.1" or "::1". */
UNUSED static struct address address_of(const char *text, int port)
{
    struct address a;

    memset(&a, 0, sizeof(a));
    if (strchr(text, ':') != NULL) {
        a.length = sizeof(a.v6);
        a.v6.sin6_family = AF_INET6;
        a.v6.sin6_port = htons((uint16_t)port);
        REQUIRE(inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1);
    } else {
        a.length = sizeof(a.v4);
        a.v4.sin_family = AF_INET;
        a.v4.sin_port = htons((uint16_t)port);
        REQUIRE(inet_pton(AF_INET, text, &a.v4.sin_addr) == 1);
    }
    return a;
}

UNUSED static int port_of(const struct address *a)
{
    return ntohs(a->any.sa_family == AF_INET ? a->v4.sin_port : a->v6.sin6_port);
}

UNUSED static int new_socket(int family, int type)
{
    int fd = socket(family, type, 0);

    REQUIRE(fd >= 0);
    return fd;
}

UNUSED static int bind_address(int fd, const char *text, int port)
{
    struct address a = address_of(text, port);

    return bind(fd, &a.any, a.length);
}

UNUSED static int connect_address(int fd, const char *text, int port)
{
    struct address a = address_of(text, port);

    return connect(fd, &a.any, a.length);
}

UNUSED static struct address own_name(int fd)
{
    struct address a = {.length = sizeof(a.v6)};

    REQUIRE(getsockname(fd, &a.any, &a.length) == 0);
    return a;
}

UNUSED static int own_port(int fd)
{
    struct address a = own_name(fd);

    return port_of(&a);
}

/* A socket that is bound to a port of the kernel's choice. */
UNUSED static int bound_socket(int type, const char *text)
{
    int fd = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, type);

    REQUIRE(bind_address(fd, text, 0) == 0);
    return fd;
}

/* Prints an address, of the port only whether there is one. */
UNUSED static void show_address(const char *what, const struct address *a)
{
    char text[INET6_ADDRSTRLEN];
    const void *from = a->any.sa_family == AF_INET ? (const void *)&a->v4.sin_addr
                                                   : (const void *)&a->v6.sin6_addr;

    printf("%s: family %d, %d bytes, %s, %s\n", what, a->any.sa_family, (int)a->length,
           inet_ntop(a->any.sa_family, from, text, sizeof(text)),
           port_of(a) ? "a port" : "no port");
}

UNUSED static int poll_now(int fd)
{
    struct pollfd p = {.fd = fd,
                       .events = POLLIN | POLLPRI | POLLOUT | POLLRDHUP | POLLRDNORM | POLLWRNORM};

    REQUIRE(poll(&p, 1, 0) >= 0);
    return p.revents;
}

/* Waits until `events` are there, and returns all that are. */
UNUSED static int poll_for(int fd, int events)
{
    struct pollfd p = {.fd = fd, .events = (short)events};

    REQUIRE(poll(&p, 1, 10000) == 1);
    return poll_now(fd);
}

UNUSED static int int_option(int fd, int level, int name)
{
    int value = -1;
    socklen_t length = sizeof(value);

    CHECK(getsockopt(fd, level, name, &value, &length) == 0 && length == sizeof(value));
    return value;
}

UNUSED static int set_int_option(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof(value));
}

UNUSED static int listening_socket(const char *text, int backlog)
{
    int fd = bound_socket(SOCK_STREAM, text);

    REQUIRE(listen(fd, backlog) == 0);
    return fd;
}

UNUSED static int connect_to_socket(int fd, int server)
{
    struct address a = own_name(server);

    return connect(fd, &a.any, a.length);
}

/* Two ends of a connection over TCP: who connected, who accepted. */
UNUSED static void new_connection(const char *text, int end[2])
{
    int server = listening_socket(text, 1);

    end[0] = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_STREAM);
    REQUIRE(connect_to_socket(end[0], server) == 0);
    end[1] = accept(server, NULL, NULL);
    REQUIRE(end[1] >= 0);
    close(server);
}

/* Sends bytes of `data` again and again until the other end takes no more. Returns how many. */
UNUSED static size_t fill(int fd, const char *data, size_t size)
{
    size_t sent = 0;

    struct pollfd p = {.fd = fd, .events = POLLOUT};

    for (bool full = false; !full;) {
        ssize_t n = send(fd, data + sent % size, size - sent % size, MSG_DONTWAIT);
        sent += n > 0 ? (size_t)n : 0;
        /* What is under way may still make room, or a probe of the window. */
        full = n < 0 && poll(&p, 1, 2500) == 0 && send(fd, data + sent % size, 1, MSG_DONTWAIT) < 0;
        sent += n < 0 && !full && p.revents == 0;
    }
    return sent;
}

#endif
