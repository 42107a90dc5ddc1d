/* SPDX-License-Identifier: BSD-3-Clause */
/* Answers that nobody takes are bounded by SO_RCVBUF: then one is lost, which the next call is told
 * once as ENOBUFS; what was queued before is still there. */
#include "route.h"

int main(void)
{
    int fd = new_route_socket(), size = 4096, left = 0;
    struct request r = new_request(NLMSG_NOOP, NLM_F_ACK, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char buffer[64];

    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == 0);
    for (int i = 0; i < 1000; i++) {
        r.header.nlmsg_seq = (uint32_t)i;
        CHECK(send_request(fd, &r));
    }
    CHECK(poll(&p, 1, 0) == 1);
    printf("ready: %x\n", p.revents);
    CHECK_ERRNO(recv(fd, buffer, sizeof(buffer), 0), ENOBUFS);
    for (; recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) == 36; left++)
        CHECK(((struct nlmsghdr *)buffer)->nlmsg_seq == (uint32_t)left);
    CHECK(left > 0 && left < 1000);
    CHECK(ask(fd, &r, NULL) == 0); /* it goes on */
    return check_done();
}
