/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets of SOCK_DGRAM and IPPROTO_ICMP send echo requests and get the answers to their own. Linux
 * lets nobody have one at first; the program makes a network of its own there, and changes that.
 */
#include "raw.h"

static char packet[65536];

/* An echo request of either version, without checksum and number. */
static void make(char *message, bool v6, int sequence)
{
    memset(message, 0, 8);
    message[0] = (char)(v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO);
    message[7] = (char)sequence;
    strcpy(message + 8, "ping");
}

static void try_family(const char *text, int protocol)
{
    struct address to = address_of(text, 0), from = {.length = sizeof(from.v6)};
    bool v6 = to.any.sa_family == AF_INET6;
    int fd = socket(to.any.sa_family, SOCK_DGRAM, protocol);
    int other = socket(to.any.sa_family, SOCK_DGRAM, protocol);
    char message[32];

    REQUIRE(fd >= 0 && other >= 0);
    printf("type %d, protocol %d\n", int_option(fd, SOL_SOCKET, SO_TYPE),
           int_option(fd, SOL_SOCKET, SO_PROTOCOL));
    CHECK(own_port(fd) == 0);
    make(message, v6, 1);
    CHECK(sendto(fd, message, 12, 0, &to.any, to.length) == 12);
    int ident = own_port(fd);
    CHECK(ident != 0);
    ssize_t n = recvfrom(fd, packet, sizeof(packet), 0, &from.any, &from.length);
    printf("%zd bytes, type %d, sequence %d, \"%.4s\"\n", n, (unsigned char)packet[0], packet[7],
           packet + 8);
    CHECK((unsigned char)packet[4] << 8 == (ident & 0xff00) &&
          (unsigned char)packet[5] == (ident & 0xff));
    CHECK(v6 || checksum(packet, (size_t)n) == 0);
    show_address("from", &from);
    CHECK_ERRNO(recv(fd, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);

    CHECK(bind_address(other, text, 4242) == 0 && own_port(other) == 4242);
    CHECK_ERRNO(bind_address(other, text, 4243), EINVAL);
    int third = socket(to.any.sa_family, SOCK_DGRAM, protocol);
    CHECK(int_option(third, SOL_SOCKET, SO_REUSEADDR) == 1);
    CHECK(set_int_option(third, SOL_SOCKET, SO_REUSEADDR, 0) == 0);
    CHECK_ERRNO(bind_address(third, text, 4242), EADDRINUSE);
    CHECK(connect(other, &to.any, to.length) == 0);
    make(message, v6, 2);
    CHECK(send(other, message, 12, 0) == 12 && recv(other, packet, sizeof(packet), 0) == 12);
    printf("id %02x%02x, sequence %d\n", packet[4], (unsigned char)packet[5], packet[7]);
    CHECK_ERRNO(recv(fd, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);

    CHECK_ERRNO(send(third, message, 12, 0), EDESTADDRREQ);
    CHECK_ERRNO(sendto(fd, message, 7, 0, &to.any, to.length), EINVAL);
    message[0] = (char)(v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY);
    CHECK_ERRNO(sendto(fd, message, 12, 0, &to.any, to.length), EINVAL);
    make(message, v6, 3);
    message[1] = 1;
    CHECK_ERRNO(sendto(fd, message, 12, 0, &to.any, to.length), EINVAL);
    CHECK_ERRNO(listen(fd, 1), EOPNOTSUPP);
    close(fd);
    close(other);
    close(third);
}

int main(void)
{
    make_pinging_network();
    try_family("127.0.0.1", IPPROTO_ICMP);
    try_family("::1", IPPROTO_ICMPV6);
    CHECK_ERRNO(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMPV6), EPROTONOSUPPORT);
    CHECK_ERRNO(socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMP), EPROTONOSUPPORT);
    return check_done();
}
