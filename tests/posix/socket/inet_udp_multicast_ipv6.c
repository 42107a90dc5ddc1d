/* SPDX-License-Identifier: BSD-3-Clause */
/* test: linux=no */
/* Groups of IPv6 on the loopback interface, to which Linux has no route for them. */
#include "control.h"

static int port;

static int member(void)
{
    int fd = new_socket(AF_INET6, SOCK_DGRAM);

    REQUIRE(set_int_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
    REQUIRE(bind_address(fd, "::", port) == 0);
    port = own_port(fd);
    return fd;
}

static int change(int fd, int option, const char *group, unsigned interface)
{
    struct ipv6_mreq r = {.ipv6mr_interface = interface};

    REQUIRE(inet_pton(AF_INET6, group, &r.ipv6mr_multiaddr) == 1);
    return setsockopt(fd, IPPROTO_IPV6, option, &r, sizeof(r));
}

/* Sends to a group; who gets it, as bits. */
static int send_to(int from, const char *group, const int *fds, int n)
{
    struct address to = address_of(group, port);
    char text[8];
    int heard = 0;

    CHECK(sendto(from, "x", 1, 0, &to.any, to.length) == 1);
    for (int i = 0; i < n; i++)
        heard |= (recv(fds[i], text, sizeof(text), MSG_DONTWAIT) == 1) << i;
    return heard;
}

/* What the socket is told of the last datagram: interface, group and hops. */
static void check_told(struct message *m, int hops)
{
    struct cmsghdr *info = find_control(m, IPPROTO_IPV6, IPV6_PKTINFO);
    struct cmsghdr *limit = find_control(m, IPPROTO_IPV6, IPV6_HOPLIMIT);
    struct in6_pktinfo told;
    struct address group = address_of("ff02::77", 0);
    int n;

    REQUIRE(info != NULL && limit != NULL);
    memcpy(&told, CMSG_DATA(info), sizeof(told));
    memcpy(&n, CMSG_DATA(limit), sizeof(n));
    CHECK(told.ipi6_ifindex == 1 && n == hops);
    CHECK(memcmp(&told.ipi6_addr, &group.v6.sin6_addr, sizeof(told.ipi6_addr)) == 0);
    CHECK(IN6_IS_ADDR_LOOPBACK(&m->address.v6.sin6_addr));
}

int main(void)
{
    int from = new_socket(AF_INET6, SOCK_DGRAM), fds[3] = {member(), member(), member()};
    struct group_req g = {.gr_interface = 1};
    struct address a = address_of("ff02::77", 0);
    struct message m;

    CHECK(set_int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_IF, 1) == 0);
    CHECK(int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_IF) == 1);
    CHECK(change(fds[0], IPV6_JOIN_GROUP, "ff15::1234", 1) == 0);
    CHECK(change(fds[1], IPV6_JOIN_GROUP, "ff02::77", 1) == 0);
    CHECK(send_to(from, "ff15::1234", fds, 3) == 7); /* to all: IPV6_MULTICAST_ALL */
    for (int i = 0; i < 3; i++) {
        CHECK(int_option(fds[i], IPPROTO_IPV6, IPV6_MULTICAST_ALL) == 1);
        CHECK(set_int_option(fds[i], IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0) == 0);
    }
    CHECK(send_to(from, "ff15::1234", fds, 3) == 1);
    CHECK(send_to(from, "ff02::77", fds, 3) == 2);
    CHECK(send_to(from, "ff15::4321", fds, 3) == 0);
    memcpy(&g.gr_group, &a.v6, sizeof(a.v6));
    CHECK(setsockopt(fds[2], IPPROTO_IPV6, MCAST_JOIN_GROUP, &g, sizeof(g)) == 0);
    CHECK(send_to(from, "ff02::77", fds, 3) == 6);
    CHECK(setsockopt(fds[2], IPPROTO_IPV6, MCAST_LEAVE_GROUP, &g, sizeof(g)) == 0);
    CHECK_ERRNO(change(fds[0], IPV6_JOIN_GROUP, "ff15::1234", 1), EADDRINUSE);
    CHECK_ERRNO(change(fds[0], IPV6_JOIN_GROUP, "::1", 1), EINVAL);
    CHECK_ERRNO(change(fds[0], IPV6_JOIN_GROUP, "ff15::9", 4711), ENODEV);
    CHECK_ERRNO(change(fds[0], IPV6_LEAVE_GROUP, "ff15::9", 1), EADDRNOTAVAIL);
    CHECK(change(fds[0], IPV6_LEAVE_GROUP, "ff15::1234", 0) == 0);
    CHECK(change(fds[1], IPV6_JOIN_GROUP, "ff15::1234", 1) == 0);
    CHECK(send_to(from, "ff15::1234", fds, 3) == 2);

    CHECK(set_int_option(fds[1], IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) == 0);
    CHECK(set_int_option(fds[1], IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) == 0);
    a = address_of("ff02::77", port);
    CHECK(sendto(from, "t", 1, 0, &a.any, a.length) == 1 && receive(fds[1], &m, 0) == 1);
    check_told(&m, 1);
    CHECK(set_int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 9) == 0);
    CHECK(int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_HOPS) == 9);
    CHECK(set_int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_IF, 0) == 0);
    a.v6.sin6_scope_id = 1; /* the interface, by the address */
    CHECK(sendto(from, "t", 1, 0, &a.any, a.length) == 1 && receive(fds[1], &m, 0) == 1);
    check_told(&m, 9);
    CHECK_ERRNO(set_int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 256), EINVAL);
    CHECK_ERRNO(set_int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_IF, 4711), ENODEV);
    CHECK_ERRNO(set_int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 2), EINVAL);
    CHECK(set_int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) == 0);
    CHECK(int_option(from, IPPROTO_IPV6, IPV6_MULTICAST_LOOP) == 0);
    return atomic_load(&check_failures) != 0;
}
