/* SPDX-License-Identifier: BSD-3-Clause */
/* Wild pointers to the calls on a datagram socket are EFAULT; a datagram without room is lost. */
#include "inet.h"

int main(void)
{
    int fd = bound_socket(SOCK_DGRAM, "127.0.0.1"), other = new_socket(AF_INET, SOCK_DGRAM);
    struct address name = own_name(fd), from;
    socklen_t length = sizeof(name.v6);
    char *wild = (char *)8, c;
    int n;

    CHECK_ERRNO(bind(other, (struct sockaddr *)wild, sizeof(name.v4)), EFAULT);
    CHECK_ERRNO(connect(other, (struct sockaddr *)wild, sizeof(name.v4)), EFAULT);
    CHECK_ERRNO(sendto(other, "x", 1, 0, (struct sockaddr *)wild, sizeof(name.v4)), EFAULT);
    CHECK_ERRNO(sendto(other, wild, 1, 0, &name.any, name.length), EFAULT);
    CHECK(connect(other, &name.any, name.length) == 0);
    CHECK_ERRNO(send(other, wild, 100, 0), EFAULT);
    CHECK_ERRNO(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN); /* nothing was sent */
    CHECK(send(other, "ab", 2, 0) == 2 && send(other, "cd", 2, 0) == 2 &&
          send(other, "e", 1, 0) == 1);
    CHECK_ERRNO(recv(fd, wild, 2, MSG_PEEK), EFAULT);
    CHECK_ERRNO(recv(fd, wild, 2, 0), EFAULT);
    CHECK_ERRNO(recvfrom(fd, &c, 1, 0, (struct sockaddr *)wild, &length), EFAULT);
    CHECK_ERRNO(recvfrom(fd, &c, 1, MSG_PEEK, &from.any, (socklen_t *)wild), EFAULT);
    CHECK(recv(fd, &c, 1, 0) == 1 && c == 'e');
    CHECK_ERRNO(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(getsockname(fd, (struct sockaddr *)wild, &length), EFAULT);
    CHECK_ERRNO(getsockname(fd, &from.any, (socklen_t *)wild), EFAULT);
    CHECK_ERRNO(getpeername(other, (struct sockaddr *)wild, &length), EFAULT);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_TTL, wild, 4), EFAULT);
    CHECK_ERRNO(getsockopt(fd, IPPROTO_IP, IP_TTL, wild, &length), EFAULT);
    CHECK_ERRNO(getsockopt(fd, IPPROTO_IP, IP_TTL, &n, (socklen_t *)wild), EFAULT);
    CHECK_ERRNO(ioctl(fd, FIONREAD, wild), EFAULT);
    return check_done();
}
