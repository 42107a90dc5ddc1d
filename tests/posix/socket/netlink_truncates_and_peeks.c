/* SPDX-License-Identifier: BSD-3-Clause */
/* A message that is longer than the buffer is cut and gone; MSG_PEEK leaves it, MSG_TRUNC tells its
 * length; who sent it is the kernel, port 0. */
#include "route.h"

static ssize_t receive(int fd, void *buffer, size_t size, int flags, int *is_flags)
{
    struct sockaddr_nl from = {.nl_pid = 4711};
    struct iovec data = {buffer, size};
    struct msghdr m = {
        .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &data, .msg_iovlen = 1};
    ssize_t n = recvmsg(fd, &m, flags);

    CHECK(n < 0 || (m.msg_namelen == sizeof(from) && from.nl_family == AF_NETLINK));
    CHECK(n < 0 || (from.nl_pid == 0 && from.nl_groups == 0));
    *is_flags = m.msg_flags;
    return n;
}

int main(void)
{
    char buffer[64];
    int fd = new_route_socket(), flags;
    struct request r = new_request(NLMSG_NOOP, NLM_F_ACK, 0);

    CHECK(send_request(fd, &r));
    ssize_t n = receive(fd, buffer, sizeof(buffer), MSG_PEEK, &flags);
    printf("peeked: %zd, flags %x\n", n, flags);
    n = receive(fd, buffer, 10, MSG_PEEK, &flags);
    printf("peeked into 10: %zd, flags %x\n", n, flags);
    n = receive(fd, buffer, 10, MSG_PEEK | MSG_TRUNC, &flags);
    printf("peeked with length: %zd, flags %x\n", n, flags);
    n = receive(fd, NULL, 0, MSG_PEEK | MSG_TRUNC, &flags);
    printf("peeked into none: %zd, flags %x\n", n, flags);
    n = receive(fd, buffer, 10, 0, &flags);
    printf("taken into 10: %zd, flags %x\n", n, flags);
    CHECK_ERRNO(receive(fd, buffer, 10, MSG_DONTWAIT, &flags), EAGAIN);
    CHECK(send_request(fd, &r));
    CHECK(read(fd, buffer, sizeof(buffer)) == 36);
    CHECK(write(fd, &r, r.header.nlmsg_len) == (ssize_t)r.header.nlmsg_len);
    n = receive(fd, buffer, sizeof(buffer), MSG_TRUNC, &flags);
    printf("taken: %zd, flags %x\n", n, flags);
    return check_done();
}
