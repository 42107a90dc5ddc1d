/* SPDX-License-Identifier: BSD-3-Clause */
/* A socket that connects to its own name gets what it sends; so does one of IPv6. */
#include "inet.h"

static void family(const char *text)
{
    int fd = bound_socket(SOCK_STREAM, text);
    struct address own = own_name(fd), peer = {.length = sizeof(peer.v6)};
    char data[16] = "";

    CHECK(connect(fd, &own.any, own.length) == 0);
    CHECK(getpeername(fd, &peer.any, &peer.length) == 0);
    CHECK(port_of(&peer) == port_of(&own));
    CHECK_ERRNO(connect(fd, &own.any, own.length), EISCONN);
    CHECK(write(fd, "to itself", 9) == 9);
    poll_for(fd, POLLIN);
    printf("read %zd", read(fd, data, sizeof(data)));
    printf(": %s\n", data);
    static char many[200000], back[200000];
    size_t sent = 0, got = 0;
    for (size_t i = 0; i < sizeof(many); i++)
        many[i] = (char)(i * 7 + i / 251);
    while (got < sizeof(back)) {
        ssize_t n = send(fd, many + sent, sizeof(many) - sent, MSG_DONTWAIT);
        sent += n > 0 ? (size_t)n : 0;
        n = recv(fd, back + got, sizeof(back) - got, MSG_DONTWAIT);
        got += n > 0 ? (size_t)n : 0;
    }
    CHECK(memcmp(many, back, sizeof(many)) == 0);
    CHECK(shutdown(fd, SHUT_WR) == 0);
    poll_for(fd, POLLIN);
    printf("after shutdown: read %zd\n", read(fd, data, sizeof(data)));
    close(fd);
}

/* Without waiting. */
static void nonblocking(void)
{
    int fd = bound_socket(SOCK_STREAM, "127.0.0.1"), n;
    struct address own = own_name(fd);

    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    n = connect(fd, &own.any, own.length);
    CHECK(n == 0 || errno == EINPROGRESS);
    poll_for(fd, POLLOUT);
    printf("error %d, sent %zd\n", int_option(fd, SOL_SOCKET, SO_ERROR), write(fd, "x", 1));
    poll_for(fd, POLLIN);
    char c;
    printf("read %zd\n", read(fd, &c, 1));
    close(fd);
}

int main(void)
{
    family("127.0.0.1");
    family("::1");
    nonblocking();
    return check_done();
}
