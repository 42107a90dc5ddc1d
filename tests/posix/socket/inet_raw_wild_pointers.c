/* SPDX-License-Identifier: BSD-3-Clause */
/* Wild pointers to the calls on raw sockets and to options and control messages are EFAULT. */
#include "raw.h"
#include <sys/syscall.h>

int main(void)
{
    int fd = raw_socket(AF_INET, EXPERIMENT), udp = bound_socket(SOCK_DGRAM, "127.0.0.1");
    static const int ip[] = {IP_HDRINCL,        IP_PKTINFO,       IP_MULTICAST_IF, IP_MULTICAST_TTL,
                             IP_ADD_MEMBERSHIP, MCAST_JOIN_GROUP, IP_MTU_DISCOVER, IP_RECVERR};
    struct address to = address_of("127.0.0.1", 0), name = own_name(udp);
    char *wild = (char *)8, c;
    socklen_t length = sizeof(int);
    struct message m;

    CHECK_ERRNO(bind(fd, (struct sockaddr *)wild, sizeof(to.v4)), EFAULT);
    CHECK_ERRNO(connect(fd, (struct sockaddr *)wild, sizeof(to.v4)), EFAULT);
    CHECK_ERRNO(sendto(fd, wild, 10, 0, &to.any, to.length), EFAULT);
    CHECK_ERRNO(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN); /* nothing was sent */
    CHECK(sendto(fd, "abc", 3, 0, &to.any, to.length) == 3);
    CHECK_ERRNO(recv(fd, wild, 100, 0), EFAULT);
    CHECK_ERRNO(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN); /* it is lost */
    for (unsigned i = 0; i < sizeof(ip) / sizeof(*ip); i++)
        CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, ip[i], wild, 200), EFAULT);
    CHECK_ERRNO(getsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, wild, &length), EFAULT);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, wild, 4), EFAULT);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, wild, 4), EFAULT);

    prepare(&m, "x", &name);
    m.header.msg_control = wild;
    m.header.msg_controllen = 64;
    CHECK_ERRNO(syscall(SYS_sendmsg, udp, &m.header, 0), EFAULT); /* musl's would look at it */
    CHECK(set_int_option(udp, IPPROTO_IP, IP_RECVTTL, 1) == 0);
    prepare(&m, "x", &name);
    CHECK(sendmsg(udp, &m.header, 0) == 1);
    m.header.msg_control = wild;
    m.header.msg_controllen = 64;
    ssize_t n = recvmsg(udp, &m.header, 0); /* Linux tells of the bytes, and not of the fault */
    CHECK(n == 1 || (n == -1 && errno == EFAULT));
    return check_done();
}
