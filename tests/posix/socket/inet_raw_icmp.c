/* SPDX-License-Identifier: BSD-3-Clause */
/* A raw socket of ICMP sees echo requests and answers, with their headers, but what it filters. */
#include "raw.h"

#ifndef ICMP_FILTER
#define ICMP_FILTER 1
#endif

static char packet[65536], message[2048];

int main(void)
{
    int fd = raw_socket(AF_INET, IPPROTO_ICMP), other = raw_socket(AF_INET, IPPROTO_ICMP), v = 99;
    struct address to = address_of("127.0.0.3", 77), from = {.length = sizeof(from.v6)};
    uint32_t filter = ~(1U << ICMP_ECHOREPLY);
    socklen_t length = sizeof(filter);
    size_t n = make_echo(message, 4711, 1, "hello");

    printf("protocol %d, type %d\n", int_option(fd, SOL_SOCKET, SO_PROTOCOL),
           int_option(fd, SOL_SOCKET, SO_TYPE));
    CHECK(int_option(fd, IPPROTO_IP, IP_HDRINCL) == 0);
    CHECK(sendto(fd, message, n, 0, &to.any, to.length) == (ssize_t)n);
    for (int i = 0; i < 2; i++)
        show_icmp(packet, recv(fd, packet, sizeof(packet), 0));
    CHECK_ERRNO(recv(fd, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);
    for (int i = 0; i < 2; i++)
        show_icmp(packet, recvfrom(other, packet, sizeof(packet), 0, &from.any, &from.length));
    show_address("from", &from);

    CHECK(setsockopt(fd, 255, ICMP_FILTER, &filter, sizeof(filter)) == 0);
    filter = 0;
    CHECK(getsockopt(fd, 255, ICMP_FILTER, &filter, &length) == 0 && length == sizeof(filter));
    printf("filter %x\n", filter);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_TTL, 9) == 0);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_TOS, 0x10) == 0);
    n = make_echo(message, 4711, 2, "filtered");
    CHECK(sendto(fd, message, n, 0, &to.any, to.length) == (ssize_t)n);
    show_icmp(packet, recv(fd, packet, sizeof(packet), 0));
    CHECK_ERRNO(recv(fd, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);
    show_icmp(packet, recv(other, packet, sizeof(packet), 0)); /* the request */

    /* A port that nobody has: the error quotes the packet. */
    int udp = new_socket(AF_INET, SOCK_DGRAM), dead = bound_socket(SOCK_DGRAM, "127.0.0.1");
    struct address gone = own_name(dead);
    close(dead);
    while (recv(other, packet, sizeof(packet), MSG_DONTWAIT) > 0)
        ;
    CHECK(sendto(udp, "abc", 3, 0, &gone.any, gone.length) == 3);
    ssize_t size = recv(other, packet, sizeof(packet), 0);
    printf("%zd bytes, type %d, code %d, in it protocol %d, \"%.3s\"\n", size, packet[20],
           packet[21], packet[28 + 9], packet + 28 + 28);

    CHECK_ERRNO(setsockopt(fd, 255, 4711, &v, sizeof(v)), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, 255, 4711, &v, &length), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(raw_socket(AF_INET, EXPERIMENT), 255, ICMP_FILTER, &v, sizeof(v)),
                EOPNOTSUPP);
    CHECK_ERRNO(setsockopt(fd, 255, ICMP_FILTER, (void *)8, sizeof(v)), EFAULT);
    return check_done();
}
