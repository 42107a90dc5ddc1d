/* SPDX-License-Identifier: BSD-3-Clause */
/* Connecting with the first bytes: MSG_FASTOPEN, TCP_FASTOPEN_CONNECT, with a server that does not
 * take part. */
#include "inet.h"
#include <fcntl.h>

#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

static int server;
static struct address name;

static void set(int fd, int option)
{
    int one = 1;

    REQUIRE(setsockopt(fd, IPPROTO_TCP, option, &one, sizeof(one)) == 0);
}

static int send_to(int fd, const void *data, size_t size, int flags)
{
    return (int)sendto(fd, data, size, flags, &name.any, name.length);
}

/* What arrives at the other end, after its own end is there. */
static void receive(const char *what, size_t size)
{
    int end = accept(server, NULL, NULL);
    char data[8192];

    REQUIRE(end >= 0);
    printf("%s: arrived %d\n", what, (int)recv(end, data, size, MSG_WAITALL));
    CHECK(write(end, "answer", 6) == 6);
    close(end);
}

static void done(int fd)
{
    char data[16];
    struct tcp_info i = {0};
    socklen_t length = sizeof(i);

    CHECK(recv(fd, data, 6, MSG_WAITALL) == 6);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &length) == 0);
    printf("  with the SYN: %d\n", (i.tcpi_options & 32) != 0);
    close(fd);
}

static void blocking(void)
{
    static char data[5000];
    int fd = new_socket(AF_INET, SOCK_STREAM);

    printf("blocking: %d\n", send_to(fd, data, sizeof(data), MSG_FASTOPEN));
    receive("blocking", sizeof(data));
    CHECK_ERRNO(send_to(fd, data, 1, MSG_FASTOPEN), EISCONN);
    done(fd);
}

static void without_waiting(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM);

    REQUIRE(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERRNO(send_to(fd, "ab", 2, MSG_FASTOPEN), EINPROGRESS);
    printf("ready: %x\n", (unsigned)poll_for(fd, POLLOUT));
    printf("sent: %d\n", send_to(fd, "cd", 2, MSG_FASTOPEN));
    CHECK_ERRNO(send_to(fd, "ef", 2, MSG_FASTOPEN), EISCONN);
    receive("without waiting", 2);
    poll_for(fd, POLLIN);
    done(fd);
}

/* There is no cookie: connect(2) asks for one at once. */
static void by_connect(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM);

    set(fd, TCP_FASTOPEN_CONNECT);
    CHECK(connect(fd, &name.any, name.length) == 0);
    printf("connect: %d\n", (int)write(fd, "abc", 3));
    receive("connect", 3);
    done(fd);
}

/* The server does not take the data, so they go once more. */
static void without_cookie(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM);

    set(fd, TCP_FASTOPEN_NO_COOKIE);
    printf("no cookie: %d\n", send_to(fd, "abcd", 4, MSG_FASTOPEN));
    receive("no cookie", 4);
    done(fd);
}

static void deferred(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM);
    struct tcp_info i = {0};
    socklen_t length = sizeof(i);
    struct address a;
    char c;

    set(fd, TCP_FASTOPEN_NO_COOKIE);
    set(fd, TCP_FASTOPEN_CONNECT);
    REQUIRE(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    CHECK(connect(fd, &name.any, name.length) == 0);
    CHECK_ERRNO(connect(fd, &name.any, name.length), EISCONN);
    printf("deferred: ready %x\n", (unsigned)poll_now(fd));
    a = own_name(fd);
    show_address("deferred", &a);
    CHECK_ERRNO(read(fd, &c, 1), EAGAIN);
    CHECK_ERRNO(getpeername(fd, &a.any, &a.length), ENOTCONN);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &length) == 0);
    printf("state %d, nobody has come: %x\n", i.tcpi_state, (unsigned)poll_now(server));
    printf("deferred: %d\n", (int)write(fd, "abcde", 5));
    receive("deferred", 5);
    poll_for(fd, POLLIN);
    done(fd);
}

static void never_sent(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM);

    set(fd, TCP_FASTOPEN_NO_COOKIE);
    set(fd, TCP_FASTOPEN_CONNECT);
    CHECK(connect(fd, &name.any, name.length) == 0);
    CHECK(close(fd) == 0);
    fd = new_socket(AF_INET, SOCK_STREAM);
    set(fd, TCP_FASTOPEN_NO_COOKIE);
    set(fd, TCP_FASTOPEN_CONNECT);
    CHECK(connect(fd, &name.any, name.length) == 0);
    CHECK(shutdown(fd, SHUT_WR) == 0);
    CHECK(close(fd) == 0);
    printf("never sent: %x\n", (unsigned)poll_now(server));
}

static void errors(void)
{
    struct sockaddr nothing = {.sa_family = AF_UNSPEC};
    int fd = new_socket(AF_INET, SOCK_STREAM), port;

    CHECK_ERRNO(sendto(fd, "a", 1, MSG_FASTOPEN, &nothing, sizeof(nothing)), EOPNOTSUPP);
    CHECK_ERRNO(send(fd, "a", 1, MSG_FASTOPEN), EINVAL);
    CHECK_ERRNO(sendto(fd, "a", 1, MSG_FASTOPEN, (void *)8, name.length), EFAULT);
    CHECK_ERRNO(sendto(server, "a", 1, MSG_FASTOPEN, &name.any, name.length), EISCONN);
    port = own_port(bound_socket(SOCK_STREAM, "127.0.0.1"));
    name = address_of("127.0.0.1", port);
    CHECK_ERRNO(send_to(fd, "a", 1, MSG_FASTOPEN), ECONNREFUSED);
    CHECK_ERRNO(send_to(fd, "a", 1, MSG_FASTOPEN), ECONNREFUSED);
    set(fd, TCP_FASTOPEN_NO_COOKIE);
    set(fd, TCP_FASTOPEN_CONNECT);
    CHECK(connect(fd, &name.any, name.length) == 0);
    CHECK_ERRNO(send(fd, "a", 1, MSG_NOSIGNAL), ECONNREFUSED);
    CHECK(connect(fd, &name.any, name.length) == 0);
}

int main(void)
{
    server = listening_socket("127.0.0.1", 7);
    name = own_name(server);
    blocking();
    without_waiting();
    by_connect();
    without_cookie();
    deferred();
    never_sent();
    errors();
    return check_done();
}
