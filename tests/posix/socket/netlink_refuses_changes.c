/* SPDX-License-Identifier: BSD-3-Clause */
/* test: linux=no */
/* What would change an interface is refused as to a user without the right to do so. On Linux the
 * same calls of root would change the machine, so they are not run there. */
#include "route.h"

int main(void)
{
    static const int types[] = {RTM_NEWLINK, RTM_DELLINK,  RTM_SETLINK,  RTM_NEWADDR,
                                RTM_DELADDR, RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWNEIGH};
    static const unsigned long ioctls[] = {SIOCSIFFLAGS, SIOCSIFMTU,    SIOCSIFHWADDR,
                                           SIOCSIFNAME,  SIOCSIFTXQLEN, SIOCSIFMETRIC};
    int fd = new_route_socket();
    struct ifreq change = {.ifr_name = "lo"};
    struct sockaddr_nl other = {.nl_family = AF_NETLINK, .nl_pid = 4711};

    for (unsigned i = 0; i < sizeof(types) / sizeof(*types); i++) {
        struct request r = new_request(types[i], NLM_F_ACK, sizeof(r.link));
        CHECK(ask(fd, &r, NULL) == -EPERM);
    }
    for (unsigned i = 0; i < sizeof(ioctls) / sizeof(*ioctls); i++)
        CHECK_ERRNO(ioctl(fd, ioctls[i], &change), EPERM);
    CHECK_ERRNO(ioctl(fd, SIOCSIFMTU, (void *)8), EFAULT);
    CHECK_ERRNO(ioctl(fd, SIOCSIFADDR, &change), ENOTTY);
    CHECK_ERRNO(ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFADDR, &change), EPERM);
    CHECK_ERRNO(ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFNETMASK, &change), EPERM);
    CHECK_ERRNO(ioctl(socket(AF_INET6, SOCK_DGRAM, 0), SIOCSIFADDR, &change), EPERM);
    CHECK_ERRNO(sendto(fd, "x", 1, 0, (struct sockaddr *)&other, sizeof(other)), EPERM);
    CHECK_ERRNO(connect(fd, (struct sockaddr *)&other, sizeof(other)), EPERM);
    other = (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
    CHECK_ERRNO(sendto(fd, "x", 1, 0, (struct sockaddr *)&other, sizeof(other)), EPERM);
    CHECK_ERRNO(socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT), EPROTONOSUPPORT);
    struct request r = new_request(RTM_GETRULE, NLM_F_DUMP, sizeof(r.general));
    CHECK(ask(fd, &r, NULL) == -EOPNOTSUPP);
    r = new_request(RTM_GETADDR, 0, sizeof(r.address));
    CHECK(ask(fd, &r, NULL) == -EOPNOTSUPP);
    return atomic_load(&check_failures) != 0;
}
