/* SPDX-License-Identifier: BSD-3-Clause */
/* Raw sockets of IPv6: no headers, checksums by the kernel, a filter of ICMPv6's types. */
#include "raw.h"

static char packet[65536];

static void show(const char *what, int fd)
{
    struct address from = {.length = sizeof(from.v6)};
    ssize_t n = recvfrom(fd, packet, sizeof(packet), 0, &from.any, &from.length);

    REQUIRE(n >= 8);
    printf("%s: %zd bytes, type %d, code %d, \"%.*s\"\n", what, n, (unsigned char)packet[0],
           packet[1], (int)(n - 8), packet + 8);
    CHECK(packet[2] != 0 || packet[3] != 0); /* the checksum */
    show_address("from", &from);
}

static void icmp(void)
{
    int fd = raw_socket(AF_INET6, IPPROTO_ICMPV6), value = 1;
    struct address to = address_of("::1", 0);
    struct icmp6_hdr h = {.icmp6_type = ICMP6_ECHO_REQUEST};
    struct icmp6_filter filter;
    char message[32] = "";
    socklen_t length = sizeof(filter);

    printf("checksum at %d\n", int_option(fd, 255, IPV6_CHECKSUM));
    memcpy(message, &h, sizeof(h));
    strcpy(message + 8, "hello");
    CHECK(sendto(fd, message, 13, 0, &to.any, to.length) == 13);
    show("request", fd);
    show("answer", fd);
    CHECK_ERRNO(recv(fd, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
    CHECK(setsockopt(fd, IPPROTO_ICMPV6, 1, &filter, sizeof(filter)) == 0);
    memset(&filter, 0, sizeof(filter));
    CHECK(getsockopt(fd, IPPROTO_ICMPV6, 1, &filter, &length) == 0 && length == sizeof(filter));
    CHECK(ICMP6_FILTER_WILLPASS(ICMP6_ECHO_REPLY, &filter) &&
          ICMP6_FILTER_WILLBLOCK(ICMP6_ECHO_REQUEST, &filter));
    CHECK(connect(fd, &to.any, to.length) == 0 && send(fd, message, 13, 0) == 13);
    show("answer", fd);
    CHECK_ERRNO(recv(fd, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &value, sizeof(value)), EINVAL);
    to = address_of("::1", 17);
    CHECK_ERRNO(sendto(fd, message, 13, 0, &to.any, to.length), EINVAL);
}

static void checksums(void)
{
    int fd = raw_socket(AF_INET6, EXPERIMENT), from = raw_socket(AF_INET6, EXPERIMENT), odd = 3;
    struct address to = address_of("::1", 0);

    printf("no checksum: %d\n", int_option(from, IPPROTO_IPV6, IPV6_CHECKSUM));
    CHECK(sendto(from, "\1\1\0\0\0\0\0\0abc", 11, 0, &to.any, to.length) == 11);
    CHECK(recv(fd, packet, sizeof(packet), 0) == 11 && packet[2] == 0 && packet[3] == 0);
    CHECK(set_int_option(from, IPPROTO_IPV6, IPV6_CHECKSUM, 2) == 0);
    CHECK(int_option(from, IPPROTO_IPV6, IPV6_CHECKSUM) == 2);
    CHECK(sendto(from, "\1\1\7\7\0\0\0\0abc", 11, 0, &to.any, to.length) == 11);
    show("checksum", fd);
    printf("%02x%02x\n", (unsigned char)packet[2], (unsigned char)packet[3]);
    CHECK_ERRNO(sendto(from, "abc", 3, 0, &to.any, to.length), EINVAL); /* no room for it */
    CHECK_ERRNO(set_int_option(from, IPPROTO_IPV6, IPV6_CHECKSUM, odd), EINVAL);
    CHECK(set_int_option(from, IPPROTO_IPV6, IPV6_CHECKSUM, -1) == 0);
    struct address name = own_name(fd);
    show_address("name", &name);
    printf("port %d\n", port_of(&name));
}

int main(void)
{
    icmp();
    checksums();
    return check_done();
}
