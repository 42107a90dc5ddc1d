/* SPDX-License-Identifier: BSD-3-Clause */
/* What poll and epoll say of a datagram socket, before and after shutdown. */
#include "inet.h"
#include <sys/epoll.h>

static void shutdown_and_show(int fd, int how, const char *what)
{
    int result = shutdown(fd, how);
    char c;

    printf("%s: %s, poll %#x\n", what, result == 0 ? "done" : strerror(errno),
           (unsigned)poll_now(fd));
    ssize_t n = recv(fd, &c, 1, MSG_DONTWAIT);
    printf("  recv %zd %s\n", n, n < 0 ? strerror(errno) : "");
}

int main(void)
{
    int fd = bound_socket(SOCK_DGRAM, "127.0.0.1"), other = new_socket(AF_INET, SOCK_DGRAM);
    int set = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.u32 = 7};
    struct address name = own_name(fd);
    char c;

    printf("new: poll %#x\n", (unsigned)poll_now(fd));
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) == 0);
    CHECK(connect(other, &name.any, name.length) == 0);
    CHECK(epoll_wait(set, &e, 1, 0) == 0);
    CHECK(send(other, "a", 1, 0) == 1);
    CHECK(epoll_wait(set, &e, 1, 1000) == 1 && e.events == EPOLLIN && e.data.u32 == 7);
    CHECK(epoll_wait(set, &e, 1, 0) == 0);
    CHECK(send(other, "b", 1, 0) == 1);
    CHECK(epoll_wait(set, &e, 1, 1000) == 1);
    printf("two datagrams: poll %#x\n", (unsigned)poll_now(fd));
    CHECK(recv(fd, &c, 1, 0) == 1 && c == 'a');
    CHECK(recv(fd, &c, 1, 0) == 1 && c == 'b');
    shutdown_and_show(fd, SHUT_RD, "unconnected, SHUT_RD");
    name = own_name(other);
    CHECK(connect(fd, &name.any, name.length) == 0);
    shutdown_and_show(fd, SHUT_RD, "SHUT_RD");
    CHECK(recv(fd, &c, 1, 0) == 0);
    CHECK(send(other, "c", 1, 0) == 1);
    CHECK(recv(fd, &c, 1, 0) == 1 && c == 'c');
    shutdown_and_show(fd, SHUT_WR, "SHUT_WR");
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(send(fd, "x", 1, 0), EPIPE);
    CHECK_ERRNO(listen(fd, 1), EOPNOTSUPP);
    CHECK_ERRNO(accept(fd, NULL, NULL), EOPNOTSUPP);
    CHECK_ERRNO(shutdown(fd, 3), EINVAL);
    return check_done();
}
