/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* Socket calls refuse wild pointers with EFAULT, and lose nothing of a stream. */
#include "../efault/wild.h"
#include "local.h"

int main(void)
{
    int pair[2], dgram[2];
    char buffer[256];
    struct sockaddr_un a;
    int length = (int)local_address(&a, "@test.wild"), room = sizeof(a);
    struct iovec data = {"data", 4}, bad = {(void *)8, 4};
    struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1};

    new_pair(SOCK_STREAM, pair);
    new_pair(SOCK_DGRAM, dgram);
    int fd = new_socket(SOCK_STREAM);
    REQUIRE(write(pair[0], "some bytes", 10) == 10);
    const struct wild_call calls[] = {
        ROW(socketpair, 3, 0, AF_UNIX, SOCK_STREAM, 0, 0),
        ROW(bind, 1, 0, fd, 0, length),
        ROW(connect, 1, 0, fd, 0, length),
        ROW(getsockname, 1, 0, fd, 0, (long)&room),
        ROW(getsockname, 2, 0, fd, (long)&a, 0),
        ROW(getpeername, 1, 0, pair[0], 0, (long)&room),
        ROW(getpeername, 2, 0, pair[0], (long)&a, 0),
        ROW(sendto, 1, 0, pair[1], 0, 5, 0, 0, 0),
        ROW(sendto, 1, 0, dgram[1], 0, 5, 0, 0, 0),
        ROW(sendto, 4, TAKES_NULL, dgram[1], (long)buffer, 5, 0, 0, length),
        ROW(recvfrom, 1, 0, pair[1], 0, 5, 0, 0, 0),
        ROW(sendmsg, 1, 0, pair[1], 0, 0),
        ROW(recvmsg, 1, 0, pair[1], 0, 0),
        ROW(sendmmsg, 1, 0, pair[1], 0, 1, 0),
        ROW(recvmmsg, 1, 0, pair[1], 0, 1, 0, 0),
        ROW(recvmmsg, 4, TAKES_NULL, pair[1], 0, 0, 0, 0),
        ROW(setsockopt, 3, 0, fd, SOL_SOCKET, SO_SNDBUF, 0, 4),
        ROW(getsockopt, 3, 0, fd, SOL_SOCKET, SO_SNDBUF, 0, (long)&room),
        ROW(getsockopt, 4, 0, fd, SOL_SOCKET, SO_SNDBUF, (long)buffer, 0),
    };
    TRY_WILD(calls);
    m.msg_iov = &bad;
    CHECK_ERRNO(syscall(SYS_sendmsg, pair[1], &m, 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_recvmsg, pair[1], &m, 0), EFAULT);
    m.msg_iov = &data;
    m.msg_control = (void *)8;
    m.msg_controllen = 24;
    CHECK_ERRNO(syscall(SYS_sendmsg, pair[1], &m, 0), EFAULT);
    m.msg_iovlen = 1025;
    CHECK_ERRNO(syscall(SYS_sendmsg, pair[1], &m, 0), EMSGSIZE);
    CHECK(read(pair[1], buffer, 256) == 10);
    CHECK_ERRNO(recv(pair[0], buffer, 1, MSG_DONTWAIT), EAGAIN);
    CHECK(dup(0) == fd + 1);
    return check_done();
}
