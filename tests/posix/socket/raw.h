/* SPDX-License-Identifier: BSD-3-Clause */
/* What the programs about raw and ping sockets share. Any thread. */
#ifndef TESTS_POSIX_RAW_H
#define TESTS_POSIX_RAW_H

#include "control.h"
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>

/* A protocol that is for experiments, RFC 3692. */
enum { EXPERIMENT = 253 };

UNUSED static int raw_socket(int family, int protocol)
{
    int fd = socket(family, SOCK_RAW, protocol);

    REQUIRE(fd >= 0);
    return fd;
}

/* The checksum of the Internet, RFC 1071; of n bytes that contain a right one it is 0. */
UNUSED static uint16_t checksum(const void *data, size_t n)
{
    const unsigned char *p = data;
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (uint32_t)p[i] << (i % 2 == 0 ? 8 : 0);
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~sum);
}

/* An echo request of IPv4. Its size. */
UNUSED static size_t make_echo(char *to, int ident, int sequence, const char *text)
{
    struct icmphdr h = {.type = ICMP_ECHO};

    h.un.echo.id = htons((uint16_t)ident);
    h.un.echo.sequence = htons((uint16_t)sequence);
    memcpy(to, &h, sizeof(h));
    strcpy(to + sizeof(h), text);
    h.checksum = checksum(to, sizeof(h) + strlen(text));
    memcpy(to, &h, sizeof(h));
    return sizeof(h) + strlen(text);
}

/* Prints a packet of IPv4 with a message of ICMP. */
UNUSED static void show_icmp(const char *packet, ssize_t n)
{
    struct iphdr ip;
    struct icmphdr h;

    REQUIRE(n >= (ssize_t)(sizeof(ip) + sizeof(h)));
    memcpy(&ip, packet, sizeof(ip));
    memcpy(&h, packet + sizeof(ip), sizeof(h));
    struct in_addr from = {ip.saddr};
    printf("%s: header %d, %d of %zd bytes, protocol %d, ttl %d, tos %d", inet_ntoa(from), ip.ihl,
           ntohs(ip.tot_len), n, ip.protocol, ip.ttl, ip.tos);
    printf(", type %d, code %d, id %d, sequence %d, \"%.*s\"\n", h.type, h.code,
           ntohs(h.un.echo.id), ntohs(h.un.echo.sequence), (int)(n - 28), packet + 28);
    CHECK(checksum(packet, sizeof(ip)) == 0);
    CHECK(checksum(packet + sizeof(ip), (size_t)n - sizeof(ip)) == 0);
}

/* On Linux: a network with the loopback interface alone, where every group may ping. */
UNUSED static void make_pinging_network(void)
{
    struct ifreq r = {.ifr_name = "lo"};
    int fd;

    if (unshare(CLONE_NEWNET) != 0)
        return; /* there is no other network */
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    REQUIRE(ioctl(fd, SIOCGIFFLAGS, &r) == 0);
    r.ifr_flags |= IFF_UP;
    REQUIRE(ioctl(fd, SIOCSIFFLAGS, &r) == 0);
    close(fd);
    fd = open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY);
    REQUIRE(fd >= 0 && write(fd, "0 1000", 6) == 6);
    close(fd);
}

#endif
