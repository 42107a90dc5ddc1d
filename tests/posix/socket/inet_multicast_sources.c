/* SPDX-License-Identifier: BSD-3-Clause */
/* Members of a group that want some sources alone, or all but some; options of both kinds. */
#include "control.h"

#define GROUP  "239.1.2.9"
#define GROUP6 "ff02::79"

static int port;

static int member(void)
{
    int fd = new_socket(AF_INET, SOCK_DGRAM);

    REQUIRE(set_int_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
    REQUIRE(bind_address(fd, "0.0.0.0", port) == 0);
    port = own_port(fd);
    return fd;
}

/* A socket that sends to groups from an address of the loopback interface. */
static int sender(const char *address)
{
    struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
    int fd = new_socket(AF_INET, SOCK_DGRAM);

    REQUIRE(bind_address(fd, address, 0) == 0);
    REQUIRE(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof(loopback)) == 0);
    return fd;
}

static int change(int fd, int option, const char *group, const char *source)
{
    struct ip_mreq_source r;

    REQUIRE(inet_aton(group, &r.imr_multiaddr) && inet_aton("127.0.0.1", &r.imr_interface));
    REQUIRE(inet_aton(source, &r.imr_sourceaddr));
    return setsockopt(fd, IPPROTO_IP, option, &r, sizeof(r));
}

/* By the options of both versions. */
static int change_any(int fd, int level, int option, const char *group, const char *source)
{
    struct address g = address_of(group, 0), s = address_of(source, 0);
    struct group_source_req r = {.gsr_interface = 1};

    memcpy(&r.gsr_group, &g.any, g.length);
    memcpy(&r.gsr_source, &s.any, s.length);
    return setsockopt(fd, level, option, &r, sizeof(r));
}

static int change_group(int fd, int option)
{
    struct ip_mreqn r = {.imr_ifindex = 1};

    inet_aton(GROUP, &r.imr_multiaddr);
    return setsockopt(fd, IPPROTO_IP, option, &r, sizeof(r));
}

/* Whom a member hears. */
static void show(const char *what, int fd, const int *from)
{
    struct address to = address_of(GROUP, port);
    char text[8];

    printf("%s:", what);
    for (int i = 0; i < 3; i++) {
        CHECK(sendto(from[i], "x", 1, 0, &to.any, to.length) == 1);
        if (recv(fd, text, sizeof(text), MSG_DONTWAIT) == 1)
            printf(" 127.0.0.%d", i + 1);
    }
    putchar('\n');
}

static void test_only(int fd, const int *from)
{
    CHECK_ERRNO(change(fd, IP_DROP_SOURCE_MEMBERSHIP, GROUP, "127.0.0.1"), EINVAL);
    CHECK(change(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP, "127.0.0.1") == 0);
    show("one alone", fd, from);
    CHECK(change_any(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, GROUP, "127.0.0.3") == 0);
    show("two alone", fd, from);
    CHECK_ERRNO(change(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP, "127.0.0.3"), EADDRNOTAVAIL);
    CHECK_ERRNO(change(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1"), EINVAL);
    CHECK_ERRNO(change(fd, IP_DROP_SOURCE_MEMBERSHIP, GROUP, "127.0.0.2"), EADDRNOTAVAIL);
    CHECK_ERRNO(change_group(fd, IP_ADD_MEMBERSHIP), EADDRINUSE);
    CHECK(change(fd, IP_DROP_SOURCE_MEMBERSHIP, GROUP, "127.0.0.1") == 0);
    show("the other alone", fd, from);
    CHECK(change_any(fd, IPPROTO_IP, MCAST_LEAVE_SOURCE_GROUP, GROUP, "127.0.0.3") == 0);
    CHECK_ERRNO(change_group(fd, IP_DROP_MEMBERSHIP), EADDRNOTAVAIL);
    show("left with the last", fd, from);
}

static void test_others(int fd, const int *from)
{
    CHECK_ERRNO(change(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1"), EINVAL);
    CHECK(change_group(fd, IP_ADD_MEMBERSHIP) == 0);
    show("all", fd, from);
    CHECK(change(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.2") == 0);
    show("but one", fd, from);
    CHECK(change_any(fd, IPPROTO_IP, MCAST_BLOCK_SOURCE, GROUP, "127.0.0.1") == 0);
    show("but two", fd, from);
    CHECK_ERRNO(change(fd, IP_BLOCK_SOURCE, GROUP, "127.0.0.1"), EADDRNOTAVAIL);
    CHECK_ERRNO(change(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP, "127.0.0.1"), EINVAL);
    CHECK_ERRNO(change(fd, IP_UNBLOCK_SOURCE, GROUP, "127.0.0.3"), EADDRNOTAVAIL);
    CHECK(change(fd, IP_UNBLOCK_SOURCE, GROUP, "127.0.0.2") == 0);
    CHECK(change_any(fd, IPPROTO_IP, MCAST_UNBLOCK_SOURCE, GROUP, "127.0.0.1") == 0);
    show("all again", fd, from);
    CHECK_ERRNO(change(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP, "127.0.0.1"), EINVAL);
    CHECK(change_group(fd, IP_DROP_MEMBERSHIP) == 0);

    /* Nothing blocked yet: it may become a member for one source. */
    CHECK(change_group(fd, IP_ADD_MEMBERSHIP) == 0);
    CHECK(change(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP, "127.0.0.2") == 0);
    show("turned", fd, from);
    CHECK(change_group(fd, IP_DROP_MEMBERSHIP) == 0);
}

static void test_refused(int fd)
{
    struct ip_mreq_source r = {.imr_sourceaddr.s_addr = 0};
    struct group_source_req g = {.gsr_interface = 1};
    char source[16];

    CHECK_ERRNO(change(fd, IP_ADD_SOURCE_MEMBERSHIP, "127.0.0.1", "127.0.0.1"), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &r, sizeof(r) - 1), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_BLOCK_SOURCE, &g, sizeof(g)), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &g, sizeof(g) - 1), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &g, sizeof(g)), EADDRNOTAVAIL);
    inet_aton(GROUP, &r.imr_multiaddr);
    inet_aton("192.0.2.1", &r.imr_interface);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &r, sizeof(r)), ENODEV);
    for (int i = 0; i < 10; i++) {
        snprintf(source, sizeof(source), "192.0.2.%d", i);
        CHECK(change(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP, source) == 0);
    }
    CHECK_ERRNO(change(fd, IP_ADD_SOURCE_MEMBERSHIP, GROUP, "192.0.2.10"), ENOBUFS);
}

static void test_ipv6(void)
{
    int fd = new_socket(AF_INET6, SOCK_DGRAM);

#define CHANGE(option, source) change_any(fd, IPPROTO_IPV6, option, GROUP6, source)
    CHECK_ERRNO(CHANGE(MCAST_BLOCK_SOURCE, "::1"), EINVAL);
    CHECK(CHANGE(MCAST_JOIN_SOURCE_GROUP, "::1") == 0);
    CHECK(CHANGE(MCAST_JOIN_SOURCE_GROUP, "2001:db8::1") == 0);
    CHECK_ERRNO(CHANGE(MCAST_JOIN_SOURCE_GROUP, "::1"), EADDRNOTAVAIL);
    CHECK_ERRNO(CHANGE(MCAST_BLOCK_SOURCE, "::1"), EINVAL);
    CHECK_ERRNO(CHANGE(MCAST_LEAVE_SOURCE_GROUP, "::2"), EADDRNOTAVAIL);
    CHECK_ERRNO(CHANGE(MCAST_JOIN_SOURCE_GROUP, "127.0.0.1"), EADDRNOTAVAIL);
    CHECK(CHANGE(MCAST_LEAVE_SOURCE_GROUP, "::1") == 0);
    CHECK(CHANGE(MCAST_LEAVE_SOURCE_GROUP, "2001:db8::1") == 0);
    CHECK_ERRNO(CHANGE(MCAST_LEAVE_SOURCE_GROUP, "::1"), EINVAL);
#undef CHANGE
}

int main(void)
{
    int fd = member(), from[3] = {sender("127.0.0.1"), sender("127.0.0.2"), sender("127.0.0.3")};

    REQUIRE(set_int_option(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0) == 0);
    test_only(fd, from);
    test_others(fd, from);
    test_refused(fd);
    test_ipv6();
    return check_done();
}
