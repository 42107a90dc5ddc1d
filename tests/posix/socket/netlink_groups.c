/* SPDX-License-Identifier: BSD-3-Clause */
/* bind joins a socket to groups of notifications; they are told by getsockname. */
#include "route.h"

static void show(int fd)
{
    struct sockaddr_nl a;
    socklen_t length = sizeof(a);

    CHECK(getsockname(fd, (struct sockaddr *)&a, &length) == 0);
    printf("groups %x\n", a.nl_groups);
}

int main(void)
{
    int fd = new_route_socket();
    struct sockaddr_nl a = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR};
    char byte;

    CHECK(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
    show(fd);
    a.nl_pid = (uint32_t)getpid();
    a.nl_groups = RTMGRP_IPV6_IFADDR; /* others instead */
    CHECK(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
    show(fd);
    a.nl_groups = 0;
    CHECK(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
    show(fd);
    while (recv(fd, &byte, 1, MSG_DONTWAIT) > 0) /* a machine's network may just change */
        ;
    CHECK_ERRNO(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
    return check_done();
}
