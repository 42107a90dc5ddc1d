/* SPDX-License-Identifier: BSD-3-Clause */
/* What ICMP says of packets that a raw socket sent: to it if it is connected, or asks for all. */
#include "raw.h"
#include <linux/errqueue.h>

int main(void)
{
    int fd = raw_socket(AF_INET, EXPERIMENT), udp = raw_socket(AF_INET, IPPROTO_UDP);
    int dead = bound_socket(SOCK_DGRAM, "127.0.0.1");
    struct address gone = own_name(dead);
    uint16_t port = htons((uint16_t)port_of(&gone));
    unsigned char datagram[12] = {0x12, 0x34, 0, 0, 0, 12, 0, 0, 'd', 'a', 't', 'a'};
    struct sock_extended_err e;
    struct message m;

    /* Nobody has the protocol at the address. */
    CHECK(connect_address(fd, "127.0.0.9", 0) == 0);
    CHECK(send(fd, "0123456789", 10, 0) == 10);
    CHECK_ERRNO(recv(fd, m.bytes, 1, MSG_DONTWAIT), ENOPROTOOPT);
    CHECK_ERRNO(recv(fd, m.bytes, 1, MSG_DONTWAIT), EAGAIN);

    close(dead);
    memcpy(datagram + 2, &port, sizeof(port));
    CHECK(sendto(udp, datagram, sizeof(datagram), 0, &gone.any, gone.length) == sizeof(datagram));
    CHECK(int_option(udp, SOL_SOCKET, SO_ERROR) == 0); /* it did not ask */
    CHECK(set_int_option(udp, IPPROTO_IP, IP_RECVERR, 1) == 0);
    CHECK(sendto(udp, datagram, sizeof(datagram), 0, &gone.any, gone.length) == sizeof(datagram));
    CHECK(int_option(udp, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
    ssize_t n = receive(udp, &m, MSG_ERRQUEUE);
    CHECK(n == sizeof(datagram) && memcmp(m.bytes, datagram, sizeof(datagram)) == 0);
    show_address("sent to", &m.address);
    struct cmsghdr *c = find_control(&m, IPPROTO_IP, IP_RECVERR);
    REQUIRE(c != NULL);
    memcpy(&e, CMSG_DATA(c), sizeof(e));
    printf("%s, origin %d, type %d, code %d\n", strerror((int)e.ee_errno), e.ee_origin, e.ee_type,
           e.ee_code);
    return check_done();
}
