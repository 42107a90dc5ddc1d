/* SPDX-License-Identifier: BSD-3-Clause */
/* Options of groups on sockets of TCP, which have none: what is kept, what is refused and how. */
#include "inet.h"

static void show(int fd, int level, int name, const char *what, int value)
{
    int got = -1;
    socklen_t length = sizeof(got);
    int set = set_int_option(fd, level, name, value);

    printf("%s %d: %s", what, value, set == 0 ? "taken" : strerror(errno));
    if (getsockopt(fd, level, name, &got, &length) == 0)
        printf(", is %d\n", got);
    else
        printf(", %s\n", strerror(errno));
}

static void family(int family)
{
    int fd = new_socket(family, SOCK_STREAM);
    struct ip_mreqn r = {.imr_multiaddr.s_addr = inet_addr("239.1.2.3"), .imr_ifindex = 1};
    struct ipv6_mreq r6 = {.ipv6mr_interface = 1};
    char byte = 0;

    inet_pton(AF_INET6, "ff15::7", &r6.ipv6mr_multiaddr);
    show(fd, IPPROTO_IP, IP_MULTICAST_TTL, "ttl", 5);
    show(fd, IPPROTO_IP, IP_MULTICAST_IF, "interface", 0);
    show(fd, IPPROTO_IP, IP_MULTICAST_LOOP, "loop", 0);
    show(fd, IPPROTO_IP, IP_MULTICAST_LOOP, "loop", 7);
    show(fd, IPPROTO_IP, IP_MULTICAST_ALL, "all", 0);
    show(fd, IPPROTO_IP, IP_MULTICAST_ALL, "all", 7);
    CHECK(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &byte, 1) == 0);
    CHECK(int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP) == 0);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof(r)), EPROTO);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &r, sizeof(r)), EPROTO);
    show(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, "hops", 5);
    show(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, "interface", 1);
    show(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, "loop", 0);
    show(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, "loop", 7);
    show(fd, IPPROTO_IPV6, 29, "all", 0); /* IPV6_MULTICAST_ALL */
    show(fd, IPPROTO_IPV6, 29, "all", 7);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &r6, sizeof(r6)),
                family == AF_INET ? ENOPROTOOPT : EPROTO);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &r6, sizeof(r6)),
                family == AF_INET ? ENOPROTOOPT : EPROTO);
    close(fd);
}

int main(void)
{
    family(AF_INET);
    family(AF_INET6);
    return check_done();
}
