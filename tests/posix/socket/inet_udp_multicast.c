/* SPDX-License-Identifier: BSD-3-Clause */
/* Groups of IPv4 on the loopback interface: who is a member gets what is sent to one. */
#include "control.h"

static int port;

/* A socket at the port that all share. */
static int member(const char *at)
{
    int fd = new_socket(AF_INET, SOCK_DGRAM);

    REQUIRE(set_int_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
    REQUIRE(bind_address(fd, at, port) == 0);
    port = own_port(fd);
    return fd;
}

static struct ip_mreq group_of(const char *group, const char *interface)
{
    struct ip_mreq r;

    REQUIRE(inet_aton(group, &r.imr_multiaddr) && inet_aton(interface, &r.imr_interface));
    return r;
}

static int change(int fd, int option, const char *group)
{
    struct ip_mreq r = group_of(group, "127.0.0.1");

    return setsockopt(fd, IPPROTO_IP, option, &r, sizeof(r));
}

/* Sends to a group, and says which sockets have got it. */
static void send_to(int from, const char *group, const int *fds, int n)
{
    struct address to = address_of(group, port);
    char text[8];

    CHECK(sendto(from, "x", 1, 0, &to.any, to.length) == 1);
    printf("to %s:", group);
    for (int i = 0; i < n; i++)
        if (recv(fds[i], text, sizeof(text), MSG_DONTWAIT) == 1)
            printf(" %d", i);
    for (int i = 0; i < n; i++)
        CHECK_ERRNO(recv(fds[i], text, sizeof(text), MSG_DONTWAIT), EAGAIN);
    putchar('\n');
}

int main(void)
{
    struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
    int from = new_socket(AF_INET, SOCK_DGRAM), fds[6];
    struct message m;
    struct ip_mreqn n = {.imr_ifindex = 1};
    struct group_req g = {.gr_interface = 1};
    struct address a = address_of("239.1.2.3", 0);

    for (int i = 0; i < 4; i++)
        fds[i] = member("0.0.0.0");
    fds[4] = member("239.1.2.3");
    fds[5] = member("127.0.0.1");
    CHECK(setsockopt(from, IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof(loopback)) == 0);
    send_to(from, "239.1.2.3", fds, 6); /* no member */
    CHECK(change(fds[0], IP_ADD_MEMBERSHIP, "239.1.2.3") == 0);
    send_to(from, "239.1.2.3", fds, 6); /* to all: IP_MULTICAST_ALL */
    for (int i = 0; i < 6; i++) {
        CHECK(int_option(fds[i], IPPROTO_IP, IP_MULTICAST_ALL) == 1);
        CHECK(set_int_option(fds[i], IPPROTO_IP, IP_MULTICAST_ALL, 0) == 0);
    }
    send_to(from, "239.1.2.3", fds, 6);
    inet_aton("239.1.2.3", &n.imr_multiaddr);
    CHECK(setsockopt(fds[1], IPPROTO_IP, IP_ADD_MEMBERSHIP, &n, sizeof(n)) == 0);
    memcpy(&g.gr_group, &a.v4, sizeof(a.v4));
    CHECK(setsockopt(fds[2], IPPROTO_IP, MCAST_JOIN_GROUP, &g, sizeof(g)) == 0);
    CHECK(change(fds[2], IP_ADD_MEMBERSHIP, "239.1.2.4") == 0);
    CHECK(change(fds[4], IP_ADD_MEMBERSHIP, "239.1.2.3") == 0);
    send_to(from, "239.1.2.3", fds, 6);
    send_to(from, "239.1.2.4", fds, 6);
    send_to(from, "239.1.2.5", fds, 6);
    CHECK(set_int_option(from, IPPROTO_IP, IP_MULTICAST_LOOP, 0) == 0); /* not for this interface */
    send_to(from, "239.1.2.4", fds, 6);

    CHECK_ERRNO(change(fds[0], IP_ADD_MEMBERSHIP, "239.1.2.3"), EADDRINUSE);
    CHECK(change(fds[0], IP_DROP_MEMBERSHIP, "239.1.2.3") == 0);
    CHECK_ERRNO(change(fds[0], IP_DROP_MEMBERSHIP, "239.1.2.3"), EADDRNOTAVAIL);
    CHECK(setsockopt(fds[2], IPPROTO_IP, MCAST_LEAVE_GROUP, &g, sizeof(g)) == 0);
    send_to(from, "239.1.2.3", fds, 6);
    close(fds[1]);
    fds[1] = member("0.0.0.0");
    send_to(from, "239.1.2.3", fds, 6);

    /* Connected: from the peer alone. */
    CHECK(change(fds[0], IP_ADD_MEMBERSHIP, "239.1.2.3") == 0);
    CHECK(connect_address(fds[0], "127.0.0.1", 9) == 0);
    send_to(from, "239.1.2.3", fds, 6);

    /* Where it came to, and from. */
    CHECK(set_int_option(fds[4], IPPROTO_IP, IP_PKTINFO, 1) == 0);
    CHECK(set_int_option(fds[4], IPPROTO_IP, IP_RECVTTL, 1) == 0);
    a = address_of("239.1.2.3", port);
    CHECK(sendto(from, "t", 1, 0, &a.any, a.length) == 1 && receive(fds[4], &m, 0) == 1);
    show_address("from", &m.address);
    show_controls("default", &m);
    CHECK(set_int_option(from, IPPROTO_IP, IP_MULTICAST_TTL, 5) == 0);
    CHECK(sendto(from, "t", 1, 0, &a.any, a.length) == 1 && receive(fds[4], &m, 0) == 1);
    show_controls("with a time to live", &m);
    CHECK(connect(from, &a.any, a.length) == 0 && send(from, "c", 1, 0) == 1);
    CHECK(receive(fds[4], &m, 0) == 1);
    show_controls("connected", &m);
    a = own_name(fds[4]);
    show_address("bound to", &a);
    return check_done();
}
