/* SPDX-License-Identifier: BSD-3-Clause */
/* poll, epoll, time-outs and FIONREAD of netlink sockets. */
#include "route.h"
#include <sys/epoll.h>

static int poll_now(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN | POLLPRI | POLLOUT | POLLRDHUP};

    REQUIRE(poll(&p, 1, 0) >= 0);
    return p.revents;
}

int main(void)
{
    int fd = new_route_socket(), set = epoll_create1(0), waiting = -1;
    struct request r = new_request(NLMSG_NOOP, NLM_F_ACK, 0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    struct timeval time = {.tv_usec = 1000};
    char buffer[64];

    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
    printf("new: %x\n", poll_now(fd));
    CHECK(epoll_wait(set, &event, 1, 0) == 0);
    CHECK(send_request(fd, &r) && send_request(fd, &r));
    printf("two answers: %x\n", poll_now(fd));
    CHECK(epoll_wait(set, &event, 1, 0) == 1 && epoll_wait(set, &event, 1, 0) == 0);
    CHECK(recv(fd, buffer, sizeof(buffer), 0) == 36);
    printf("one: %x\n", poll_now(fd));
    CHECK(recv(fd, buffer, sizeof(buffer), 0) == 36);
    printf("none: %x\n", poll_now(fd));
    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0);
    CHECK_ERRNO(recv(fd, buffer, sizeof(buffer), 0), EAGAIN);
    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERRNO(read(fd, buffer, sizeof(buffer)), EAGAIN);
    CHECK_ERRNO(ioctl(fd, FIONREAD, &waiting), ENOTTY);
    return check_done();
}
