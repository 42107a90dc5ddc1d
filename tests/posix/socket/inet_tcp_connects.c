/* SPDX-License-Identifier: BSD-3-Clause */
/* A connection over TCP: its names, what connect and accept say in each state, bad addresses. */
#include "inet.h"

static void show_names(const char *who, int fd)
{
    struct address a = own_name(fd);

    printf("%s\n", who);
    show_address("  own", &a);
    a.length = sizeof(a.v6);
    if (getpeername(fd, &a.any, &a.length) == 0)
        show_address("  peer", &a);
    else
        printf("  no peer: %s\n", strerror(errno));
}

static void connection(const char *text)
{
    int family = strchr(text, ':') ? AF_INET6 : AF_INET;
    int server = listening_socket(text, 5), client = new_socket(family, SOCK_STREAM), end;
    struct address a = {.length = sizeof(a.v6)}, b;
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    char c;

    show_names("new", client);
    CHECK(connect_to_socket(client, server) == 0);
    end = accept4(server, &a.any, &a.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    CHECK(end >= 0 && fcntl(end, F_GETFL) == (O_RDWR | O_NONBLOCK) &&
          fcntl(end, F_GETFD) == FD_CLOEXEC);
    show_address("accepted", &a);
    show_names("client", client);
    show_names("server's end", end);
    show_names("server", server);
    b = own_name(client);
    CHECK(a.length == b.length && memcmp(&a.any, &b.any, a.length) == 0);
    CHECK_ERRNO(connect_to_socket(client, server), EISCONN);
    CHECK_ERRNO(connect_to_socket(end, server), EISCONN);
    CHECK_ERRNO(connect_to_socket(server, server), EISCONN);
    CHECK_ERRNO(listen(client, 1), EINVAL);
    CHECK_ERRNO(accept(client, NULL, NULL), EINVAL);
    CHECK_ERRNO(bind_address(client, text, 0), EINVAL);
    CHECK_ERRNO(read(end, &c, 1), EAGAIN);
    CHECK(write(client, "x", 1) == 1);
    poll_for(end, POLLIN);
    CHECK(read(end, &c, 1) == 1 && c == 'x');
    b = own_name(server);
    CHECK(sendto(end, "y", 1, 0, &b.any, b.length) == 1); /* the address is no matter */
    CHECK(recvfrom(client, &c, 1, 0, &b.any, &b.length) == 1 && c == 'y');
    printf("recvfrom tells an address of %d bytes\n", (int)b.length);
    CHECK(connect(client, &none, sizeof(none)) == 0); /* ends the connection */
    CHECK_ERRNO(getpeername(client, &b.any, &b.length), ENOTCONN);
    poll_for(end, POLLIN);
    CHECK_ERRNO(read(end, &c, 1), ECONNRESET);
    CHECK(connect_to_socket(client, server) == 0);
    CHECK(close(accept(server, NULL, NULL)) == 0);
    CHECK(read(client, &c, 1) == 0);
    close(client);
    close(end);
    close(server);
}

static void refused(const char *text)
{
    int family = strchr(text, ':') ? AF_INET6 : AF_INET;
    int gone = listening_socket(text, 1), fd = new_socket(family, SOCK_STREAM);
    struct address a = own_name(gone);
    char c;

    close(gone);
    CHECK_ERRNO(connect(fd, &a.any, a.length), ECONNREFUSED);
    printf("refused: poll %#x\n", (unsigned)poll_now(fd));
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == 0);
    CHECK_ERRNO(read(fd, &c, 1), ENOTCONN);
    CHECK_ERRNO(connect(fd, &a.any, a.length), ECONNREFUSED);
    int server = listening_socket(text, 1);
    CHECK(connect_to_socket(fd, server) == 0);
    close(fd);
    close(server);
}

int main(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM), v6 = new_socket(AF_INET6, SOCK_STREAM);
    struct address a = address_of("127.0.0.1", 1), b = address_of("::1", 1);
    char c;

    signal(SIGPIPE, SIG_IGN);
    connection("127.0.0.1");
    connection("::1");
    refused("127.0.0.1");
    refused("::1");
    CHECK_ERRNO(connect(fd, &a.any, a.length - 1), EINVAL);
    CHECK_ERRNO(connect(fd, &a.any, 1), EINVAL);
    CHECK_ERRNO(connect(fd, &b.any, b.length), EAFNOSUPPORT);
    CHECK_ERRNO(connect(v6, &a.any, a.length), EINVAL);
    CHECK_ERRNO(connect(v6, &b.any, 23), EINVAL);
    CHECK_ERRNO(read(fd, &c, 1), ENOTCONN);
    CHECK_ERRNO(write(fd, "x", 1), EPIPE);
    CHECK_ERRNO(shutdown(fd, SHUT_RDWR), ENOTCONN);
    printf("never connected: poll %#x\n", (unsigned)poll_now(fd));
    return check_done();
}
