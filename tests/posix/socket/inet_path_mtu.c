/* SPDX-License-Identifier: BSD-3-Clause */
/* IP_MTU and IP_MTU_DISCOVER, and what does not fit where nothing may be cut. */
#include "control.h"
#include <linux/errqueue.h>
#include <linux/in6.h>

static char big[65508];

int main(void)
{
    int fd = new_socket(AF_INET, SOCK_DGRAM), to = bound_socket(SOCK_DGRAM, "127.0.0.1"), value;
    int v6 = new_socket(AF_INET6, SOCK_DGRAM), tcp[2];
    socklen_t length = sizeof(value);
    struct address name = own_name(to);
    struct message m;

    printf("discovery %d\n", int_option(fd, IPPROTO_IP, IP_MTU_DISCOVER));
    CHECK_ERRNO(getsockopt(fd, IPPROTO_IP, IP_MTU, &value, &length), ENOTCONN);
    CHECK_ERRNO(getsockopt(v6, IPPROTO_IPV6, IPV6_MTU, &value, &length), ENOTCONN);
    CHECK(connect(fd, &name.any, name.length) == 0);
    printf("mtu %d\n", int_option(fd, IPPROTO_IP, IP_MTU));
    CHECK(connect_address(v6, "::1", 9) == 0);
    printf("IPv6's %d\n", int_option(v6, IPPROTO_IPV6, IPV6_MTU));
    new_connection("127.0.0.1", tcp);
    printf("TCP's %d\n", int_option(tcp[0], IPPROTO_IP, IP_MTU));
    for (int i = IP_PMTUDISC_DONT; i <= IP_PMTUDISC_OMIT; i++) {
        CHECK(set_int_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, i) == 0);
        CHECK(int_option(fd, IPPROTO_IP, IP_MTU_DISCOVER) == i);
        CHECK(set_int_option(v6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, i) == 0);
        CHECK(int_option(v6, IPPROTO_IPV6, IPV6_MTU_DISCOVER) == i);
        CHECK(send(fd, big, 1000, 0) == 1000 && recv(to, big, sizeof(big), 0) == 1000);
        CHECK(send(fd, big, 65507, 0) == 65507 && recv(to, big, sizeof(big), 0) == 65507);
    }
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, 6), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, -1), EINVAL);
    CHECK_ERRNO(set_int_option(v6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, 6), EINVAL);
    CHECK_ERRNO(send(fd, big, 65508, 0), EMSGSIZE);
    CHECK_ERRNO(receive(fd, &m, MSG_ERRQUEUE), EAGAIN);
    return check_done();
}
