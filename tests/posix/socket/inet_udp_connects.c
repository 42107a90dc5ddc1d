/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connected datagram socket has names, takes datagrams of its peer alone, and hears that nobody
 * has the port; AF_UNSPEC ends the connection.
 */
#include "inet.h"

static void show_names(const char *when, int fd)
{
    struct address a = own_name(fd);

    printf("%s\n", when);
    show_address("  own", &a);
    a.length = sizeof(a.v6);
    if (getpeername(fd, &a.any, &a.length) == 0)
        show_address("  peer", &a);
    else
        printf("  no peer: %s\n", strerror(errno));
}

static void filters(const char *text)
{
    int fd = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_DGRAM);
    int peer = bound_socket(SOCK_DGRAM, text), other = bound_socket(SOCK_DGRAM, text);
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    struct address name, own;
    char c;

    show_names("new", fd);
    CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
    CHECK_ERRNO(write(fd, "x", 1), EDESTADDRREQ);
    name = own_name(peer);
    CHECK(connect(fd, &name.any, name.length) == 0);
    show_names("connected", fd);
    own = own_name(fd);
    CHECK(sendto(other, "o", 1, 0, &own.any, own.length) == 1);
    CHECK(sendto(peer, "p", 1, 0, &own.any, own.length) == 1);
    CHECK(recv(fd, &c, 1, 0) == 1 && c == 'p');
    CHECK_ERRNO(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN);
    name = own_name(other);
    CHECK(sendto(fd, "d", 1, 0, &name.any, name.length) == 1);
    CHECK(recv(other, &c, 1, 0) == 1 && c == 'd');
    CHECK(connect(fd, &name.any, name.length) == 0);
    CHECK(send(fd, "e", 1, 0) == 1 && recv(other, &c, 1, 0) == 1 && c == 'e');
    CHECK(connect(fd, &none, sizeof(none)) == 0);
    show_names("disconnected", fd);
    CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
    close(fd);
    fd = bound_socket(SOCK_DGRAM, text);
    CHECK(connect(fd, &name.any, name.length) == 0);
    show_names("bound and connected", fd);
    CHECK(connect(fd, &none, sizeof(none)) == 0);
    show_names("disconnected", fd);
    close(fd);
    close(peer);
    close(other);
}

static void refused(const char *text)
{
    int gone = bound_socket(SOCK_DGRAM, text);
    int fd = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_DGRAM);
    struct address name = own_name(gone);
    char c;

    CHECK(connect(fd, &name.any, name.length) == 0);
    close(gone);
    CHECK(send(fd, "x", 1, 0) == 1);
    poll_for(fd, POLLERR);
    printf("refused: poll %#x, ", (unsigned)poll_now(fd));
    printf("SO_ERROR %d", int_option(fd, SOL_SOCKET, SO_ERROR));
    printf(", then %d\n", int_option(fd, SOL_SOCKET, SO_ERROR));
    CHECK(send(fd, "x", 1, 0) == 1);
    CHECK_ERRNO(recv(fd, &c, 1, 0), ECONNREFUSED);
    CHECK(send(fd, "x", 1, 0) == 1);
    poll_for(fd, POLLERR);
    CHECK_ERRNO(send(fd, "x", 1, 0), ECONNREFUSED);
    CHECK(send(fd, "x", 1, 0) == 1);
    close(fd);
    fd = new_socket(name.any.sa_family, SOCK_DGRAM); /* who is not connected hears nothing */
    CHECK(sendto(fd, "x", 1, 0, &name.any, name.length) == 1);
    CHECK_ERRNO(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN);
    close(fd);
}

int main(void)
{
    filters("127.0.0.1");
    filters("::1");
    refused("127.0.0.1");
    refused("::1");
    return check_done();
}
