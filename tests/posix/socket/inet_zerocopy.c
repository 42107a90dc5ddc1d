/* SPDX-License-Identifier: BSD-3-Clause */
/* SO_ZEROCOPY: calls with MSG_ZEROCOPY are told of in the queue of errors, by ranges of numbers. */
#include "control.h"
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/udp.h>
#include <sys/epoll.h>

static struct message m;
static char bytes[4000];

static void try_values(int family, int type, int protocol)
{
    int fd = socket(family, type, protocol), value = -1;

    REQUIRE(fd >= 0);
    printf("family %d, type %d: first %d", family, type, int_option(fd, SOL_SOCKET, SO_ZEROCOPY));
    for (int i = -1; i <= 2; i++) {
        int err = set_int_option(fd, SOL_SOCKET, SO_ZEROCOPY, i) == 0 ? 0 : errno;
        printf("; %d: %s", i, err == 0 ? "set" : strerror(err));
        if (err == 0)
            CHECK(int_option(fd, SOL_SOCKET, SO_ZEROCOPY) == i);
    }
    printf("\n");
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &value, 3), EINVAL);
    close(fd);
}

/* The next notice that is told of, which is of all calls up to number `last`. */
static void await_notice(const char *what, int fd, uint32_t last)
{
    struct sock_extended_err e = {.ee_data = ~0U};
    bool v6 = own_name(fd).any.sa_family == AF_INET6;
    uint32_t first = ~0U;

    while (e.ee_data != last) {
        struct pollfd p = {.fd = fd};
        REQUIRE(poll(&p, 1, 10000) == 1 && p.revents & POLLERR);
        CHECK(receive(fd, &m, MSG_ERRQUEUE) == 0 && m.header.msg_namelen == 0);
        CHECK(m.header.msg_flags == MSG_ERRQUEUE);
        struct cmsghdr *c =
            find_control(&m, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_RECVERR : IP_RECVERR);
        REQUIRE(c != NULL && next_control(&m, c) == NULL);
        memcpy(&e, CMSG_DATA(c), sizeof(e));
        first = first == ~0U ? e.ee_info : first;
        CHECK(c->cmsg_len == CMSG_LEN(sizeof(e) + (v6 ? sizeof(struct sockaddr_in6)
                                                      : sizeof(struct sockaddr_in))));
        CHECK(e.ee_errno == 0 && e.ee_type == 0 && e.ee_origin == SO_EE_ORIGIN_ZEROCOPY);
        CHECK(CMSG_DATA(c)[sizeof(e)] == 0); /* nobody has offended */
    }
    printf("%s: %u to %u, code %d\n", what, first, last, e.ee_code);
}

static void expect_none(int fd)
{
    CHECK(!(poll_now(fd) & POLLERR));
    CHECK_ERRNO(recv(fd, bytes, 1, MSG_ERRQUEUE), EAGAIN);
}

static void drain(int fd, size_t n)
{
    while (n > 0) {
        ssize_t got = recv(fd, bytes, n < sizeof(bytes) ? n : sizeof(bytes), 0);
        REQUIRE(got > 0);
        n -= (size_t)got;
    }
}

static void send_stream(int fd, int peer, size_t n)
{
    CHECK(send(fd, bytes, n, MSG_ZEROCOPY) == (ssize_t)n);
    drain(peer, n);
}

static void try_stream(const char *text)
{
    int end[2];

    new_connection(text, end);
    send_stream(end[0], end[1], 100); /* it was not asked for */
    expect_none(end[0]);
    CHECK(set_int_option(end[0], SOL_SOCKET, SO_ZEROCOPY, 1) == 0);
    CHECK(send(end[0], bytes, 0, MSG_ZEROCOPY) == 0);
    CHECK(send(end[0], bytes, 7, 0) == 7);
    drain(end[1], 7);
    expect_none(end[0]);
    send_stream(end[0], end[1], 1);
    await_notice("one byte", end[0], 0);
    send_stream(end[0], end[1], 4000);
    send_stream(end[0], end[1], 4000);
    await_notice("two calls", end[0], 2);
    expect_none(end[0]);

    CHECK_ERRNO(send(end[0], (void *)1, 4000, MSG_ZEROCOPY), EFAULT);
    CHECK_ERRNO(send(end[0], (void *)1, 10, MSG_ZEROCOPY), EFAULT);
    CHECK(send(end[0], bytes, 10, MSG_ZEROCOPY | MSG_MORE) == 10);
    CHECK(send(end[0], bytes, 10, MSG_ZEROCOPY) == 10);
    drain(end[1], 20);
    await_notice("after errors", end[0], 4);

    CHECK(send(end[0], bytes, 10, MSG_ZEROCOPY) == 10);
    struct pollfd p = {.fd = end[0]};
    CHECK(poll(&p, 1, 10000) == 1 && p.revents == POLLERR);
    CHECK(int_option(end[0], SOL_SOCKET, SO_ERROR) == 0);
    drain(end[1], 10);
    CHECK(send(end[1], bytes, 1, 0) == 1 && recv(end[0], bytes, 1, 0) == 1);
    CHECK(shutdown(end[0], SHUT_WR) == 0);
    CHECK_ERRNO(send(end[0], bytes, 10, MSG_ZEROCOPY | MSG_NOSIGNAL), EPIPE);
    await_notice("after the end", end[0], 5);
    expect_none(end[0]);
    close(end[0]);
    close(end[1]);
}

/* A connection that is accepted has the option as who listens. */
static void try_inherited(void)
{
    int server = listening_socket("127.0.0.1", 1), fd = new_socket(AF_INET, SOCK_STREAM);

    CHECK(set_int_option(server, SOL_SOCKET, SO_ZEROCOPY, 1) == 0);
    REQUIRE(connect_to_socket(fd, server) == 0);
    int peer = accept(server, NULL, NULL);
    REQUIRE(peer >= 0);
    CHECK(int_option(peer, SOL_SOCKET, SO_ZEROCOPY) == 1);
    send_stream(peer, fd, 10);
    await_notice("accepted", peer, 0);
    CHECK(set_int_option(fd, SOL_SOCKET, SO_ZEROCOPY, 1) == 0);
    CHECK(send(peer, bytes, 1, 0) == 1); /* is not read: a reset */
    CHECK(send(fd, bytes, 10, MSG_ZEROCOPY) == 10);
    close(fd);
    close(peer);
    close(server);
}

static void try_not_connected(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM), server = listening_socket("127.0.0.1", 1);

    CHECK(set_int_option(fd, SOL_SOCKET, SO_ZEROCOPY, 1) == 0);
    CHECK_ERRNO(send(fd, bytes, 10, MSG_ZEROCOPY | MSG_NOSIGNAL), EPIPE);
    expect_none(fd);
    REQUIRE(connect_to_socket(fd, server) == 0);
    CHECK(send(fd, bytes, 10, MSG_ZEROCOPY) == 10);
    await_notice("connected", fd, 0);
    close(fd);
    close(server);
}

/* With EPOLLET each notice is an event, though others wait. */
static void try_edges(void)
{
    struct epoll_event e = {.events = EPOLLOUT | EPOLLET};
    int end[2], set = epoll_create1(0);

    new_connection("127.0.0.1", end);
    CHECK(set_int_option(end[0], SOL_SOCKET, SO_ZEROCOPY, 1) == 0);
    REQUIRE(epoll_ctl(set, EPOLL_CTL_ADD, end[0], &e) == 0);
    CHECK(epoll_wait(set, &e, 1, 0) == 1 && e.events == EPOLLOUT);
    for (int i = 0; i < 2; i++) {
        send_stream(end[0], end[1], 100);
        for (int waits = 0; !(poll_now(end[0]) & POLLERR) && waits < 1000; waits++)
            sleep_ms(1);
        CHECK(epoll_wait(set, &e, 1, 10000) == 1 && e.events == (EPOLLERR | EPOLLOUT));
        CHECK(epoll_wait(set, &e, 1, 0) == 0);
    }
    await_notice("in epoll", end[0], 1);
    close(set);
    close(end[0]);
    close(end[1]);
}

static void try_datagrams(const char *text)
{
    int to = bound_socket(SOCK_DGRAM, text), fd = bound_socket(SOCK_DGRAM, text);

    CHECK(connect_to_socket(fd, to) == 0 && send(fd, bytes, 10, MSG_ZEROCOPY) == 10);
    expect_none(fd);
    CHECK(set_int_option(fd, SOL_SOCKET, SO_ZEROCOPY, 1) == 0);
    CHECK(send(fd, bytes, 0, MSG_ZEROCOPY) == 0);
    await_notice("empty", fd, 0);
    CHECK(send(fd, bytes, 10, MSG_ZEROCOPY) == 10 && send(fd, bytes, 4000, MSG_ZEROCOPY) == 4000);
    await_notice("two datagrams", fd, 2);
    CHECK_ERRNO(send(fd, (void *)1, 10, MSG_ZEROCOPY), EFAULT);
    expect_none(fd);
    CHECK(send(fd, bytes, 10, MSG_ZEROCOPY | MSG_MORE) == 10);
    expect_none(fd);
    CHECK(send(fd, bytes, 10, MSG_ZEROCOPY | MSG_MORE) == 10 && send(fd, bytes, 10, 0) == 10);
    await_notice("a datagram of three calls", fd, 4);
    CHECK(send(fd, bytes, 10, MSG_MORE) == 10 && send(fd, bytes, 10, MSG_ZEROCOPY) == 10);
    await_notice("of two", fd, 5);
    expect_none(fd);
    CHECK(send(fd, bytes, 10, MSG_ZEROCOPY) == 10);
    int level = strchr(text, ':') ? SOL_IPV6 : SOL_IP;
    CHECK(set_int_option(fd, level, level == SOL_IP ? IP_RECVERR : IPV6_RECVERR, 0) == 0);
    await_notice("not forgotten", fd, 6);
    close(fd);
    close(to);
}

int main(void)
{
    try_values(AF_INET, SOCK_STREAM, 0);
    try_values(AF_INET6, SOCK_STREAM, 0);
    try_values(AF_INET, SOCK_DGRAM, 0);
    try_values(AF_INET, SOCK_RAW, IPPROTO_UDP);
    try_values(AF_UNIX, SOCK_STREAM, 0);
    try_values(AF_NETLINK, SOCK_RAW, 0);
    try_stream("127.0.0.1");
    try_stream("::1");
    try_inherited();
    try_not_connected();
    try_edges();
    try_datagrams("127.0.0.1");
    try_datagrams("::1");
    return check_done();
}
