/* SPDX-License-Identifier: BSD-3-Clause */
/* Options of multicast: what they are at first, and which values are errors. */
#include "inet.h"

int main(void)
{
    int fd = new_socket(AF_INET, SOCK_DGRAM), v6 = new_socket(AF_INET6, SOCK_DGRAM);
    struct ip_mreqn n = {.imr_ifindex = 1};
    struct ip_mreq r = {.imr_interface.s_addr = htonl(INADDR_LOOPBACK)};
    struct in_addr in = {htonl(0x0aff0102)}; /* nobody's */
    struct group_req g = {.gr_interface = 1};
    unsigned char byte = 3;
    socklen_t length = sizeof(in);

    printf("ttl %d, loop %d, all %d\n", int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL),
           int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP),
           int_option(fd, IPPROTO_IP, IP_MULTICAST_ALL));
    printf("hops %d, loop %d, interface %d\n", int_option(v6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS),
           int_option(v6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP),
           int_option(v6, IPPROTO_IPV6, IPV6_MULTICAST_IF));
    CHECK(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &byte, 1) == 0);
    CHECK(int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL) == 3);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, -1) == 0);
    CHECK(int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL) == 1);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, 0) == 0);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, 256), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, -2), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &byte, 0), EINVAL);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 7) == 0);
    CHECK(int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP) == 1);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IP, IP_MULTICAST_ALL, 7), EINVAL);

    CHECK(getsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &in, &length) == 0 && length == sizeof(in));
    printf("interface %s\n", inet_ntoa(in));
    CHECK(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &r, sizeof(r)) == 0);
    CHECK(getsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &in, &length) == 0);
    printf("interface %s\n", inet_ntoa(in));
    CHECK(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &n, sizeof(n)) == 0);
    CHECK(getsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &in, &length) == 0);
    printf("interface %s\n", inet_ntoa(in));
    in.s_addr = htonl(0x0aff0102);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &in, sizeof(in)), EADDRNOTAVAIL);
    n.imr_ifindex = 4711;
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &n, sizeof(n)), EADDRNOTAVAIL);

    inet_aton("239.9.9.9", &n.imr_multiaddr);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &n, sizeof(n)), ENODEV);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &n, 7), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, (void *)8, sizeof(n)), EFAULT);
    n.imr_ifindex = 1;
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &n, sizeof(n)), EADDRNOTAVAIL);
    inet_aton("10.1.2.3", &n.imr_multiaddr);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &n, sizeof(n)), EINVAL);
    r.imr_interface.s_addr = in.s_addr;
    inet_aton("239.9.9.9", &r.imr_multiaddr);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r, sizeof(r)), ENODEV);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &g, sizeof(g)), EINVAL); /* family */
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &g, 8), EINVAL);
    CHECK_ERRNO(setsockopt(v6, IPPROTO_IPV6, MCAST_JOIN_GROUP, &g, sizeof(g)), EADDRNOTAVAIL);

    /* As many as there may be. */
    n.imr_ifindex = 1;
    for (unsigned i = 0; i <= 20; i++) {
        n.imr_multiaddr.s_addr = htonl(0xef000100 + i);
        if (i < 20)
            CHECK(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &n, sizeof(n)) == 0);
        else
            CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &n, sizeof(n)), ENOBUFS);
    }
    n.imr_multiaddr.s_addr = htonl(0xe0000001); /* 224.0.0.1, of which all are members */
    CHECK(setsockopt(v6, IPPROTO_IP, IP_ADD_MEMBERSHIP, &n, sizeof(n)) == 0);
    CHECK(setsockopt(v6, IPPROTO_IP, IP_DROP_MEMBERSHIP, &n, sizeof(n)) == 0);
    return check_done();
}
