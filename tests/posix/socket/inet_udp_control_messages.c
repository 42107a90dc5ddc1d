/* SPDX-License-Identifier: BSD-3-Clause */
/* IP_PKTINFO, IP_TTL, IP_TOS and those of IPv6, as control messages both ways. */
#include "control.h"

static struct message m;

static void ask_for_all(int fd)
{
    int domain = int_option(fd, SOL_SOCKET, SO_DOMAIN);

    CHECK(set_int_option(fd, IPPROTO_IP, IP_PKTINFO, 1) == 0);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_RECVTTL, 1) == 0);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_RECVTOS, 5) == 0);
    CHECK(int_option(fd, IPPROTO_IP, IP_PKTINFO) == 1 &&
          int_option(fd, IPPROTO_IP, IP_RECVTOS) == 1);
    if (domain != AF_INET6)
        return;
    CHECK(set_int_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) == 0);
    CHECK(set_int_option(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) == 0);
    CHECK(set_int_option(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1) == 0);
    CHECK(int_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO) == 1);
}

static void ipv4(void)
{
    int fd = bound_socket(SOCK_DGRAM, "0.0.0.0"), from = bound_socket(SOCK_DGRAM, "0.0.0.0");
    struct address to = address_of("127.0.0.5", own_port(fd));
    struct in_pktinfo info = {.ipi_ifindex = 1};
    int n = 9;
    unsigned char byte = 0x20;

    CHECK(int_option(fd, IPPROTO_IP, IP_PKTINFO) == 0 &&
          int_option(fd, IPPROTO_IP, IP_RECVTTL) == 0);
    ask_for_all(fd);
    prepare(&m, "plain", &to);
    CHECK(sendmsg(from, &m.header, 0) == 5);
    CHECK(receive(fd, &m, 0) == 5);
    show_controls("plain", &m);
    CHECK(set_int_option(from, IPPROTO_IP, IP_TTL, 33) == 0);
    CHECK(set_int_option(from, IPPROTO_IP, IP_TOS, 0x10) == 0);
    prepare(&m, "options", &to);
    CHECK(sendmsg(from, &m.header, 0) == 7 && receive(fd, &m, MSG_PEEK) == 7);
    show_controls("peeked", &m);
    CHECK(receive(fd, &m, 0) == 7);
    show_controls("options", &m);
    prepare(&m, "messages", &to);
    inet_aton("127.0.0.9", &info.ipi_spec_dst);
    add_control(&m, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
    add_control(&m, IPPROTO_IP, IP_TTL, &n, sizeof(n));
    add_control(&m, IPPROTO_IP, IP_TOS, &byte, sizeof(byte));
    add_control(&m, IPPROTO_IPV6, IPV6_HOPLIMIT, &n, sizeof(n)); /* of another level */
    CHECK(sendmsg(from, &m.header, 0) == 8 && receive(fd, &m, 0) == 8);
    show_address("from", &m.address);
    show_controls("messages", &m);
    prepare(&m, "after", &to);
    CHECK(sendmsg(from, &m.header, 0) == 5 && receive(fd, &m, 0) == 5);
    show_controls("after", &m);
    /* Without room. */
    prepare(&m, "room", &to);
    CHECK(sendmsg(from, &m.header, 0) == 4);
    m.header.msg_control = NULL;
    m.header.msg_controllen = 0;
    CHECK(recvmsg(fd, &m.header, 0) == 4);
    printf("no room: flags %x, %zu bytes\n", m.header.msg_flags, (size_t)m.header.msg_controllen);
    prepare(&m, "room", &to);
    CHECK(sendmsg(from, &m.header, 0) == 4);
    m.header.msg_controllen = CMSG_SPACE(sizeof(info)) + 4;
    CHECK(recvmsg(fd, &m.header, 0) == 4);
    printf("room for one: flags %x, %zu bytes\n", m.header.msg_flags,
           (size_t)m.header.msg_controllen);
    /* What is wrong. */
    n = 0;
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IP, IP_TTL, &n, sizeof(n));
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    n = 256;
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IP, IP_TOS, &n, sizeof(n));
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info) - 1);
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IP, 77, &n, sizeof(n));
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    inet_aton("10.255.1.2", &info.ipi_spec_dst); /* nobody's */
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
    CHECK_ERRNO(sendmsg(from, &m.header, 0), ENETUNREACH);
    info = (struct in_pktinfo){.ipi_ifindex = 4711};
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
    CHECK_ERRNO(sendmsg(from, &m.header, 0), ENODEV);
    prepare(&m, "x", &to);
    add_control(&m, SOL_SOCKET, 4711, &n, sizeof(n));
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    prepare(&m, "x", &to);
    add_control(&m, SOL_SOCKET, SCM_RIGHTS, &from, sizeof(from)); /* of AF_UNIX: no matter */
    CHECK(sendmsg(from, &m.header, 0) == 1 && receive(fd, &m, 0) == 1);
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IP, IP_TTL, &n, sizeof(n));
    ((struct cmsghdr *)m.control)->cmsg_len = 3;
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    CHECK_ERRNO(recv(fd, m.bytes, 1, MSG_DONTWAIT), EAGAIN);
}

static void ipv6(void)
{
    int fd = bound_socket(SOCK_DGRAM, "::"), from = new_socket(AF_INET6, SOCK_DGRAM);
    int v4 = new_socket(AF_INET, SOCK_DGRAM), n = 7;
    struct address to = address_of("::1", own_port(fd)),
                   mapped = address_of("127.0.0.1", own_port(fd));
    struct in6_pktinfo info = {.ipi6_ifindex = 1};

    ask_for_all(fd);
    prepare(&m, "plain", &to);
    CHECK(sendmsg(from, &m.header, 0) == 5 && receive(fd, &m, 0) == 5);
    show_controls("IPv6", &m);
    prepare(&m, "messages", &to);
    inet_pton(AF_INET6, "::1", &info.ipi6_addr);
    add_control(&m, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
    add_control(&m, IPPROTO_IPV6, IPV6_HOPLIMIT, &n, sizeof(n));
    n = 0x40;
    add_control(&m, IPPROTO_IPV6, IPV6_TCLASS, &n, sizeof(n));
    CHECK(sendmsg(from, &m.header, 0) == 8 && receive(fd, &m, 0) == 8);
    show_controls("messages", &m);
    prepare(&m, "mapped", &mapped);
    CHECK(sendmsg(v4, &m.header, 0) == 6 && receive(fd, &m, 0) == 6);
    show_controls("IPv4", &m);
    to = address_of("::ffff:127.0.0.1", own_port(fd));
    inet_pton(AF_INET6, "::ffff:127.0.0.8", &info.ipi6_addr);
    prepare(&m, "from", &to);
    add_control(&m, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
    CHECK(sendmsg(from, &m.header, 0) == 4 && receive(fd, &m, 0) == 4);
    show_address("from", &m.address);
    show_controls("IPv4 by IPv6", &m);
    n = 256;
    to = address_of("::1", own_port(fd));
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IPV6, IPV6_HOPLIMIT, &n, sizeof(n));
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IPV6, IPV6_PKTINFO, &info, 4);
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    inet_pton(AF_INET6, "fd12::34", &info.ipi6_addr); /* nobody's */
    prepare(&m, "x", &to);
    add_control(&m, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
    CHECK_ERRNO(sendmsg(from, &m.header, 0), EINVAL);
    CHECK_ERRNO(set_int_option(v4, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1), ENOPROTOOPT);
}

int main(void)
{
    ipv4();
    ipv6();
    return check_done();
}
