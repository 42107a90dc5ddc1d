/* SPDX-License-Identifier: BSD-3-Clause */
/* Which sockets of AF_INET and AF_INET6 there are, and which options: others are errors. */
#include "inet.h"

static void try_socket(int family, int type, int protocol)
{
    int fd = socket(family, type, protocol), socket_type = -1, number = -1, domain = -1;

    printf("family %d, type %d, protocol %d: %s", family, type, protocol,
           fd < 0 ? strerror(errno) : "made");
    if (fd >= 0) {
        socket_type = int_option(fd, SOL_SOCKET, SO_TYPE);
        number = int_option(fd, SOL_SOCKET, SO_PROTOCOL);
        domain = int_option(fd, SOL_SOCKET, SO_DOMAIN);
        printf(", type %d, protocol %d, domain %d", socket_type, number, domain);
        close(fd);
    }
    putchar('\n');
}

static void options(int family)
{
    int fd = new_socket(family, SOCK_DGRAM), value = 0;
    socklen_t length = sizeof(value);
    unsigned char byte = 9;

    printf("ttl %d, tos %d\n", int_option(fd, IPPROTO_IP, IP_TTL),
           int_option(fd, IPPROTO_IP, IP_TOS));
    CHECK(set_int_option(fd, IPPROTO_IP, IP_TTL, 7) == 0 &&
          int_option(fd, IPPROTO_IP, IP_TTL) == 7);
    CHECK(setsockopt(fd, IPPROTO_IP, IP_TTL, &byte, 1) == 0);
    CHECK(int_option(fd, IPPROTO_IP, IP_TTL) == 9);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_TTL, -1) == 0);
    CHECK(int_option(fd, IPPROTO_IP, IP_TTL) == 64);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IP, IP_TTL, 0), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IP, IP_TTL, 256), EINVAL);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_TOS, 0x10) == 0);
    CHECK(int_option(fd, IPPROTO_IP, IP_TOS) == 0x10);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IP, 9999, 1), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, IPPROTO_IP, 9999, &value, &length), ENOPROTOOPT);
    CHECK_ERRNO(set_int_option(fd, 9999, 1, 1), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, 9999, 1, &value, &length),
                family == AF_INET ? EOPNOTSUPP : ENOPROTOOPT);
    CHECK_ERRNO(set_int_option(fd, SOL_SOCKET, 9999, 1), ENOPROTOOPT);
    CHECK(int_option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 0);
    if (family == AF_INET) {
        CHECK_ERRNO(set_int_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1), ENOPROTOOPT);
        CHECK_ERRNO(getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value, &length), EOPNOTSUPP);
        close(fd);
        return;
    }
    CHECK(int_option(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS) == 64);
    CHECK(set_int_option(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 3) == 0);
    CHECK(int_option(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS) == 3);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 256), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &byte, 1), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IPV6, 9999, 1), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, IPPROTO_IPV6, 9999, &value, &length), ENOPROTOOPT);
    close(fd);
}

int main(void)
{
    static const int families[] = {AF_INET, AF_INET6};
    int pair[2];

    for (int i = 0; i < 2; i++) {
        try_socket(families[i], SOCK_DGRAM, 0);
        try_socket(families[i], SOCK_DGRAM, IPPROTO_UDP);
        try_socket(families[i], SOCK_DGRAM, IPPROTO_TCP);
        try_socket(families[i], SOCK_DGRAM, -1);
        try_socket(families[i], SOCK_DGRAM, 1000);
        try_socket(families[i], SOCK_STREAM, 0);
        try_socket(families[i], SOCK_STREAM, IPPROTO_TCP);
        try_socket(families[i], SOCK_STREAM, IPPROTO_UDP);
        try_socket(families[i], SOCK_RAW, 0);
        try_socket(families[i], SOCK_RAW, IPPROTO_UDP);
        try_socket(families[i], SOCK_RAW, IPPROTO_RAW);
        try_socket(families[i], SOCK_RDM, 0);
        try_socket(families[i], 12, 0);
        options(families[i]);
        CHECK_ERRNO(socketpair(families[i], SOCK_DGRAM, 0, pair), EOPNOTSUPP);
    }
    CHECK_ERRNO(socket(AF_INET, SOCK_DGRAM | 0x100, 0), EINVAL);
    return check_done();
}
