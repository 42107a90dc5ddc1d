/* SPDX-License-Identifier: BSD-3-Clause */
/* What the calls refuse of netlink sockets, and for which reason. */
#include "route.h"

int main(void)
{
    struct sockaddr_nl a = {.nl_family = AF_NETLINK}, other = {.nl_family = AF_UNIX};
    struct sockaddr *name = (struct sockaddr *)&a, *wrong = (struct sockaddr *)&other;
    socklen_t length = sizeof(a);
    int pair[2];
    char byte;

    CHECK_ERRNO(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE), ESOCKTNOSUPPORT);
    CHECK_ERRNO(socket(AF_NETLINK, SOCK_SEQPACKET, NETLINK_ROUTE), ESOCKTNOSUPPORT);
    CHECK_ERRNO(socket(AF_NETLINK, SOCK_RAW, 32), EPROTONOSUPPORT);
    CHECK_ERRNO(socket(AF_NETLINK, SOCK_RAW, -1), EPROTONOSUPPORT);
    CHECK_ERRNO(socketpair(AF_NETLINK, SOCK_RAW, 0, pair), EOPNOTSUPP);
    CHECK_ERRNO(socketpair(AF_NETLINK, SOCK_STREAM, 0, pair), ESOCKTNOSUPPORT);
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_ROUTE);
    REQUIRE(fd >= 0);
    int type, protocol, domain;
    length = sizeof(int);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0);
    printf("type %d, protocol %d, domain %d\n", type, protocol, domain);

    length = sizeof(a);
    CHECK(getsockname(fd, name, &length) == 0 && length == sizeof(a));
    printf("family %d, port %u, groups %u\n", a.nl_family, a.nl_pid, a.nl_groups);
    a.nl_pid = 4711;
    CHECK(getpeername(fd, name, &length) == 0 && length == sizeof(a));
    printf("peer: family %d, port %u\n", a.nl_family, a.nl_pid);
    CHECK_ERRNO(listen(fd, 1), EOPNOTSUPP);
    CHECK_ERRNO(accept(fd, NULL, NULL), EOPNOTSUPP);
    CHECK_ERRNO(shutdown(fd, SHUT_RDWR), EOPNOTSUPP);
    CHECK_ERRNO(bind(fd, name, sizeof(a) - 1), EINVAL);
    CHECK_ERRNO(bind(fd, wrong, sizeof(a)), EINVAL);
    CHECK_ERRNO(connect(fd, name, 1), EINVAL);
    CHECK_ERRNO(connect(fd, name, sizeof(a) - 1), EINVAL);
    CHECK_ERRNO(connect(fd, wrong, sizeof(a)), EINVAL);
    CHECK_ERRNO(send(fd, "x", 0, 0), ENODATA);
    CHECK_ERRNO(send(fd, "x", 1, MSG_OOB), EOPNOTSUPP);
    CHECK_ERRNO(sendto(fd, "x", 1, 0, wrong, sizeof(a)), EINVAL);
    CHECK_ERRNO(sendto(fd, "x", 1, 0, name, sizeof(a) - 1), EINVAL);
    CHECK_ERRNO(recv(fd, &byte, 1, MSG_OOB), EOPNOTSUPP);
    CHECK_ERRNO(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(lseek(fd, 0, SEEK_SET), ESPIPE);
    other.nl_family = AF_UNSPEC;
    CHECK(connect(fd, wrong, 2) == 0);
    a = (struct sockaddr_nl){.nl_family = AF_NETLINK};
    CHECK(connect(fd, name, sizeof(a)) == 0);
    CHECK(close(fd) == 0);
    return check_done();
}
