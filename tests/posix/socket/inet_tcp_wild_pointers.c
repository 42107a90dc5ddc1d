/* SPDX-License-Identifier: BSD-3-Clause */
/* Wild pointers to the calls on a stream are EFAULT, and cost no byte of it. */
#include "inet.h"
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

int main(void)
{
    int end[2], server = listening_socket("127.0.0.1", 5), fd = new_socket(AF_INET, SOCK_STREAM), n;
    struct address a = {.length = sizeof(a.v6)};
    char *wild = (char *)8, text[4096];
    long page = sysconf(_SC_PAGESIZE);
    char *pages =
        mmap(NULL, (size_t)page * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct iovec part[2] = {{text, 3}, {wild, 3}};
    struct msghdr m = {.msg_iov = (struct iovec *)wild, .msg_iovlen = 1};

    REQUIRE(pages != MAP_FAILED && mprotect(pages + page, (size_t)page, PROT_NONE) == 0);
    char *edge = pages + page - 10;
    memcpy(edge, "0123456789", 10);
    CHECK_ERRNO(bind(fd, (struct sockaddr *)wild, sizeof(a.v4)), EFAULT);
    CHECK_ERRNO(connect(fd, (struct sockaddr *)wild, sizeof(a.v4)), EFAULT);
    CHECK(connect_to_socket(fd, server) == 0);
    CHECK_ERRNO(accept(server, (struct sockaddr *)wild, &a.length), EFAULT);
    CHECK(fcntl(server, F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERRNO(accept(server, NULL, NULL), EAGAIN); /* the connection is lost, as on Linux */
    close(fd);

    new_connection("127.0.0.1", end);
    CHECK_ERRNO(send(end[0], wild, 1, 0), EFAULT);
    CHECK_ERRNO(send(end[0], wild, 100000, 0), EFAULT);
    CHECK_ERRNO(recv(end[1], text, 1, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(writev(end[0], part, 2), EFAULT);
    CHECK_ERRNO(send(end[0], edge, 20, 0), EFAULT);
    CHECK_ERRNO(recv(end[1], text, 1, MSG_DONTWAIT), EAGAIN);
    CHECK(send(end[0], edge, 10, 0) == 10);
    CHECK(recv(end[1], text, 10, MSG_WAITALL) == 10 && memcmp(text, "0123456789", 10) == 0);
    CHECK(send(end[0], "abcdefghijklm", 13, 0) == 13);
    poll_for(end[1], POLLIN);
    CHECK_ERRNO(recv(end[1], wild, 5, 0), EFAULT);
    CHECK_ERRNO(recv(end[1], wild, 5, MSG_PEEK), EFAULT);
    CHECK_ERRNO(recv(end[1], edge, 13, 0), EFAULT);
    CHECK_ERRNO(recvmsg(end[1], &m, 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_recvmsg, end[1], wild, 0), EFAULT);
    CHECK_ERRNO(syscall(SYS_sendmsg, end[1], wild, 0), EFAULT);
    CHECK(recv(end[1], text, 3, 0) == 3 && memcmp(text, "abc", 3) == 0);
    CHECK(recv(end[1], text, 10, MSG_WAITALL) == 10 && memcmp(text, "defghijklm", 10) == 0);
    CHECK_ERRNO(getpeername(end[0], (struct sockaddr *)wild, &a.length), EFAULT);
    CHECK_ERRNO(setsockopt(end[0], IPPROTO_TCP, TCP_NODELAY, wild, 4), EFAULT);
    CHECK_ERRNO(getsockopt(end[0], IPPROTO_TCP, TCP_NODELAY, &n, (socklen_t *)wild), EFAULT);
    CHECK_ERRNO(ioctl(end[0], FIONREAD, wild), EFAULT);
    return check_done();
}
