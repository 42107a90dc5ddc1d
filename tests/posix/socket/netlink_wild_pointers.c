/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls on netlink sockets refuse wild pointers; a message that could not be copied is gone. */
#include "../efault/wild.h"
#include "route.h"

int main(void)
{
    int fd = new_route_socket();
    struct sockaddr_nl a = {.nl_family = AF_NETLINK};
    int room = sizeof(a);
    char buffer[64];
    struct request r = new_request(NLMSG_NOOP, NLM_F_ACK, 0);
    const struct wild_call calls[] = {
        ROW(bind, 1, 0, fd, 0, sizeof(a)),
        ROW(connect, 1, 0, fd, 0, sizeof(a)),
        ROW(getsockname, 1, 0, fd, 0, (long)&room),
        ROW(getsockname, 2, 0, fd, (long)&a, 0),
        ROW(sendto, 1, 0, fd, 0, 32, 0, 0, 0),
        ROW(sendto, 4, TAKES_NULL, fd, (long)&r, 16, 0, 0, sizeof(a)),
        ROW(sendmsg, 1, 0, fd, 0, 0),
        ROW(recvmsg, 1, 0, fd, 0, MSG_DONTWAIT),
        ROW(ioctl, 2, 0, fd, SIOCGIFINDEX, 0),
        ROW(ioctl, 2, 0, fd, SIOCGIFNAME, 0),
        ROW(ioctl, 2, 0, fd, SIOCGIFCONF, 0),
    };

    TRY_WILD(calls);
    CHECK(send_request(fd, &r));
    CHECK_ERRNO(syscall(SYS_recvfrom, fd, 8, 64, 0, 0, 0), EFAULT);
    CHECK_ERRNO(recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT), EAGAIN);
    return check_done();
}
