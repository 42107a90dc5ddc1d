/* SPDX-License-Identifier: BSD-3-Clause */
/* Raw sockets of any protocol: names, connections, headers of one's own. */
#include "raw.h"

static char packet[65536];

static struct iphdr header_for(const char *to, size_t bytes)
{
    struct iphdr ip = {.version = 4, .ihl = 5, .ttl = 3, .protocol = EXPERIMENT, .tos = 8};

    ip.tot_len = htons((uint16_t)(sizeof(ip) + bytes));
    REQUIRE(inet_pton(AF_INET, to, &ip.daddr) == 1);
    return ip;
}

static void show(const char *what, ssize_t n)
{
    struct iphdr ip;

    REQUIRE(n >= (ssize_t)sizeof(ip));
    memcpy(&ip, packet, sizeof(ip));
    struct in_addr from = {ip.saddr}, to = {ip.daddr};
    printf("%s: %zd bytes from %s", what, n, inet_ntoa(from));
    printf(" to %s, ttl %d, tos %d, protocol %d, \"%.*s\"\n", inet_ntoa(to), ip.ttl, ip.tos,
           ip.protocol, (int)(n - 20), packet + 20);
    CHECK(checksum(&ip, sizeof(ip)) == 0 && ntohs(ip.tot_len) == n);
}

int main(void)
{
    int fd = raw_socket(AF_INET, EXPERIMENT), from = raw_socket(AF_INET, EXPERIMENT), n = 0;
    int bound = raw_socket(AF_INET, EXPERIMENT), raw = raw_socket(AF_INET, IPPROTO_RAW);
    struct address to = address_of("127.0.0.1", 5), name = own_name(fd);
    struct message m;

    show_address("new", &name);
    printf("port %d\n", port_of(&name));
    CHECK(bind_address(bound, "127.0.0.9", 99) == 0);
    name = own_name(bound);
    show_address("bound", &name);
    printf("port %d\n", port_of(&name));
    CHECK_ERRNO(bind_address(bound, "10.255.1.2", 0), EADDRNOTAVAIL);
    CHECK(sendto(from, "one", 3, 0, &to.any, to.length) == 3);
    show("one", recv(fd, packet, sizeof(packet), 0));
    CHECK_ERRNO(recv(bound, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);
    show("to itself", recv(from, packet, sizeof(packet), 0));
    CHECK_ERRNO(send(from, "x", 1, 0), EDESTADDRREQ);
    CHECK_ERRNO(getpeername(from, &name.any, &name.length), ENOTCONN);
    CHECK(connect_address(from, "127.0.0.9", 5) == 0 && send(from, "two", 3, 0) == 3);
    show("two", recv(bound, packet, sizeof(packet), 0));
    show("two", recv(fd, packet, sizeof(packet), 0));
    name.length = sizeof(name.v6);
    CHECK(getpeername(from, &name.any, &name.length) == 0);
    printf("peer's port %d\n", port_of(&name));
    /* A connected one hears its peer alone, at its own address. */
    CHECK(sendto(fd, "x", 1, 0, &to.any, to.length) == 1);
    CHECK_ERRNO(recv(from, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);
    CHECK(recv(fd, packet, sizeof(packet), 0) == 21);
    name = own_name(from);
    CHECK(sendto(bound, "y", 1, 0, &name.any, name.length) == 1);
    show("from the peer", recv(from, packet, sizeof(packet), 0));
    CHECK(recv(fd, packet, sizeof(packet), 0) == 21);

    /* Control messages. */
    CHECK(set_int_option(fd, IPPROTO_IP, IP_PKTINFO, 1) == 0);
    CHECK(set_int_option(fd, IPPROTO_IP, IP_RECVTTL, 1) == 0);
    n = 44;
    prepare(&m, "control", &to);
    add_control(&m, IPPROTO_IP, IP_TTL, &n, sizeof(n));
    CHECK(sendmsg(bound, &m.header, 0) == 7 && receive(fd, &m, 0) == 27);
    memmove(m.bytes, m.bytes + 20, 8);
    show_controls("control", &m);
    CHECK(recv(fd, packet, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);

    /* With a header. */
    struct iphdr ip = header_for("127.0.0.1", 4);
    memcpy(packet, &ip, sizeof(ip));
    memcpy(packet + sizeof(ip), "four", 4);
    CHECK(int_option(raw, IPPROTO_IP, IP_HDRINCL) == 1);
    CHECK(sendto(raw, packet, 24, 0, &to.any, to.length) == 24);
    show("own header", recv(fd, packet, sizeof(packet), 0));
    CHECK(set_int_option(bound, IPPROTO_IP, IP_HDRINCL, 1) == 0);
    CHECK_ERRNO(sendto(bound, packet, 19, 0, &to.any, to.length), EINVAL);
    inet_pton(AF_INET, "127.1.2.3", &ip.saddr);
    memcpy(packet, &ip, sizeof(ip));
    CHECK(sendto(bound, packet, 24, 0, &to.any, to.length) == 24);
    show("own source", recv(fd, packet, sizeof(packet), 0));
    CHECK_ERRNO(recv(raw, packet, sizeof(packet), MSG_DONTWAIT), EAGAIN);

    /* Large ones, and too large. */
    CHECK(sendto(from, packet, 65515, 0, &to.any, to.length) == 65515);
    CHECK(recv(fd, packet, sizeof(packet), 0) == 65535);
    CHECK_ERRNO(sendto(from, packet, 65516, 0, &to.any, to.length), EMSGSIZE);
    CHECK_ERRNO(listen(fd, 1), EOPNOTSUPP);
    CHECK_ERRNO(accept(fd, NULL, NULL), EOPNOTSUPP);
    CHECK_ERRNO(set_int_option(new_socket(AF_INET, SOCK_DGRAM), IPPROTO_IP, IP_HDRINCL, 1),
                ENOPROTOOPT);
    to = address_of("::1", 0);
    CHECK_ERRNO(sendto(fd, "x", 1, 0, &to.any, to.length), EAFNOSUPPORT);
    CHECK_ERRNO(sendto(fd, "x", 1, 0, &to.any, 4), EINVAL);
    to = address_of("127.0.0.1", 0);
    CHECK_ERRNO(sendto(fd, (void *)8, 1, 0, &to.any, to.length), EFAULT);
    return check_done();
}
