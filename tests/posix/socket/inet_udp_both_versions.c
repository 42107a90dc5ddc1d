/* SPDX-License-Identifier: BSD-3-Clause */
/* A datagram socket of AF_INET6 speaks IPv4, too, by mapped addresses, without IPV6_V6ONLY. */
#include "inet.h"

int main(void)
{
    int both = bound_socket(SOCK_DGRAM, "::"), v4 = bound_socket(SOCK_DGRAM, "127.0.0.1");
    int v6 = bound_socket(SOCK_DGRAM, "::1"), only = new_socket(AF_INET6, SOCK_DGRAM);
    struct address a = own_name(both);
    int port = port_of(&a);
    char c;

    show_address("bound to any", &a);
    a = address_of("127.0.0.1", port);
    CHECK(sendto(v4, "4", 1, 0, &a.any, a.length) == 1);
    a.length = sizeof(a.v6);
    CHECK(recvfrom(both, &c, 1, 0, &a.any, &a.length) == 1 && c == '4');
    show_address("from", &a);
    CHECK(sendto(both, "r", 1, 0, &a.any, a.length) == 1);
    CHECK(recvfrom(v4, &c, 1, 0, &a.any, &a.length) == 1 && c == 'r');
    show_address("back from", &a);
    a = address_of("::1", port);
    CHECK(sendto(v6, "6", 1, 0, &a.any, a.length) == 1);
    a.length = sizeof(a.v6);
    CHECK(recvfrom(both, &c, 1, 0, &a.any, &a.length) == 1 && c == '6');
    show_address("from", &a);
    a = address_of("127.0.0.1", own_port(v4));
    CHECK(sendto(both, "a", 1, 0, &a.any, a.length) == 1); /* an address of AF_INET will do */
    CHECK(recv(v4, &c, 1, 0) == 1 && c == 'a');
    CHECK(connect_address(both, "::ffff:127.0.0.1", own_port(v4)) == 0);
    a = own_name(both);
    show_address("connected by a mapped address", &a);
    a.length = sizeof(a.v6);
    CHECK(getpeername(both, &a.any, &a.length) == 0);
    show_address("to", &a);
    CHECK(send(both, "m", 1, 0) == 1 && recv(v4, &c, 1, 0) == 1 && c == 'm');

    CHECK(int_option(only, IPPROTO_IPV6, IPV6_V6ONLY) == 0);
    CHECK(set_int_option(only, IPPROTO_IPV6, IPV6_V6ONLY, 1) == 0);
    CHECK(int_option(only, IPPROTO_IPV6, IPV6_V6ONLY) == 1);
    CHECK(bind_address(only, "::", 0) == 0);
    a = address_of("::ffff:127.0.0.1", own_port(v4));
    CHECK_ERRNO(sendto(only, "x", 1, 0, &a.any, a.length), ENETUNREACH);
    CHECK_ERRNO(connect(only, &a.any, a.length), ENETUNREACH);
    a = address_of("127.0.0.1", own_port(only));
    CHECK(sendto(v4, "x", 1, 0, &a.any, a.length) == 1);
    CHECK_ERRNO(recv(only, &c, 1, MSG_DONTWAIT), EAGAIN);
    a = address_of("::1", own_port(only));
    CHECK_ERRNO(sendto(v4, "x", 1, 0, &a.any, a.length), EAFNOSUPPORT);
    CHECK(sendto(v6, "y", 1, 0, &a.any, a.length) == 1);
    CHECK(recv(only, &c, 1, 0) == 1 && c == 'y');
    return check_done();
}
