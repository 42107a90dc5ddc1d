/* SPDX-License-Identifier: BSD-3-Clause */
/* Options of TCP sockets: values, bounds, what accept hands on, what is not there. */
#include "inet.h"

static void refused(int fd)
{
    int value;
    socklen_t length = sizeof(value);
    char byte = 1;

    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &byte, 1), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &byte, 1), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 0), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 32768), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 0), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 128), EINVAL);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "nonesuch", 8), ENOENT);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_TCP, 9999, 1), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, 9999, &value, &length), ENOPROTOOPT);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_UDP, 1, 1), ENOPROTOOPT);
    length = (socklen_t)-1;
    CHECK_ERRNO(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &length), EINVAL);
}

static int tcp_state(int fd)
{
    struct tcp_info info = {0};
    socklen_t length = sizeof(info);

    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0);
    return info.tcpi_state;
}

int main(void)
{
    int fd = new_socket(AF_INET, SOCK_STREAM), server, end;
    char name[16] = "";
    socklen_t length = sizeof(name);
    struct linger l = {1, 7}, got = {0};

    printf("new: nodelay %d, cork %d, keepalive %d, idle %d, interval %d, count %d, state %d\n",
           int_option(fd, IPPROTO_TCP, TCP_NODELAY), int_option(fd, IPPROTO_TCP, TCP_CORK),
           int_option(fd, SOL_SOCKET, SO_KEEPALIVE), int_option(fd, IPPROTO_TCP, TCP_KEEPIDLE),
           int_option(fd, IPPROTO_TCP, TCP_KEEPINTVL), int_option(fd, IPPROTO_TCP, TCP_KEEPCNT),
           tcp_state(fd));
    refused(fd);
    CHECK(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4) == 0);
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length) == 0);
    printf("congestion %s, %d bytes, mss %d\n", name, (int)length,
           int_option(fd, IPPROTO_TCP, TCP_MAXSEG));
    close(fd);

    server = listening_socket("127.0.0.1", 5);
    CHECK(set_int_option(server, IPPROTO_TCP, TCP_NODELAY, 1) == 0);
    CHECK(set_int_option(server, SOL_SOCKET, SO_KEEPALIVE, 1) == 0);
    CHECK(set_int_option(server, IPPROTO_TCP, TCP_KEEPIDLE, 77) == 0);
    CHECK(set_int_option(server, IPPROTO_IP, IP_TTL, 33) == 0);
    CHECK(set_int_option(server, SOL_SOCKET, SO_RCVBUF, 30000) == 0);
    CHECK(setsockopt(server, SOL_SOCKET, SO_LINGER, &l, sizeof(l)) == 0);
    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_to_socket(fd, server) == 0);
    end = accept(server, NULL, NULL);
    length = sizeof(got);
    CHECK(getsockopt(end, SOL_SOCKET, SO_LINGER, &got, &length) == 0);
    printf("accepted: nodelay %d, keepalive %d, idle %d, ttl %d, rcvbuf %d, linger %d %d\n",
           int_option(end, IPPROTO_TCP, TCP_NODELAY), int_option(end, SOL_SOCKET, SO_KEEPALIVE),
           int_option(end, IPPROTO_TCP, TCP_KEEPIDLE), int_option(end, IPPROTO_IP, IP_TTL),
           int_option(end, SOL_SOCKET, SO_RCVBUF), got.l_onoff, got.l_linger);
    printf("states: server %d, accepted %d, client %d\n", tcp_state(server), tcp_state(end),
           tcp_state(fd));
    CHECK(shutdown(fd, SHUT_WR) == 0);
    poll_for(end, POLLRDHUP);
    while (tcp_state(fd) == 4)
        sched_yield();
    printf("half closed: accepted %d, client %d\n", tcp_state(end), tcp_state(fd));
    CHECK(int_option(fd, IPPROTO_TCP, TCP_MAXSEG) >= 536);
    return check_done();
}
