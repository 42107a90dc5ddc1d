/* SPDX-License-Identifier: BSD-3-Clause */
/* IPV6_HDRINCL: a raw socket of IPv6 sends packets with their headers; IPPROTO_RAW does so at
 * first. */
#include "raw.h"
#include <netinet/ip6.h>

#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL 36
#endif

/* A packet from one address of the machine to it, as big as its text makes it. */
static size_t make(char *to, int hops, const char *text)
{
    struct ip6_hdr h = {0};

    h.ip6_vfc = 0x60;
    h.ip6_plen = htons((uint16_t)strlen(text));
    h.ip6_nxt = EXPERIMENT;
    h.ip6_hlim = (uint8_t)hops;
    inet_pton(AF_INET6, "::1", &h.ip6_src);
    inet_pton(AF_INET6, "::1", &h.ip6_dst);
    memcpy(to, &h, sizeof(h));
    strcpy(to + sizeof(h), text);
    return sizeof(h) + strlen(text);
}

static void try(const char *what, int from, int to)
{
    struct address a = address_of("::1", 0);
    char packet[256];
    struct message m;
    size_t n = make(packet, 7, what);

    CHECK(sendto(from, packet, n, 0, &a.any, a.length) == (ssize_t)n);
    REQUIRE(receive(to, &m, 0) == (ssize_t)strlen(what));
    show_controls(what, &m);
    CHECK_ERRNO(sendto(from, packet, 39, 0, &a.any, a.length), EINVAL);
}

int main(void)
{
    int to = raw_socket(AF_INET6, EXPERIMENT), from = raw_socket(AF_INET6, EXPERIMENT);
    int raw = raw_socket(AF_INET6, IPPROTO_RAW), fd = new_socket(AF_INET6, SOCK_DGRAM);

    CHECK(set_int_option(to, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) == 0);
    printf("at first: %d, of IPPROTO_RAW %d\n", int_option(from, IPPROTO_IPV6, IPV6_HDRINCL),
           int_option(raw, IPPROTO_IPV6, IPV6_HDRINCL));
    CHECK(set_int_option(from, IPPROTO_IPV6, IPV6_HDRINCL, 1) == 0);
    CHECK(int_option(from, 255, IPV6_HDRINCL) == 1);
    CHECK_ERRNO(setsockopt(from, IPPROTO_IPV6, IPV6_HDRINCL, &(char){1}, 1), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IPV6, IPV6_HDRINCL, 1), ENOPROTOOPT);
    CHECK_ERRNO(set_int_option(from, IPPROTO_IP, IP_HDRINCL, 1), ENOPROTOOPT);
    try("by the option", from, to);
    try("by the protocol", raw, to);
    CHECK(set_int_option(from, 255, IPV6_HDRINCL, 0) == 0);
    CHECK(int_option(from, IPPROTO_IPV6, IPV6_HDRINCL) == 0);
    return check_done();
}
