/* SPDX-License-Identifier: BSD-3-Clause */
/* SO_RCVTIMEO and SO_SNDTIMEO end waits of accept, connect, recv and send with EAGAIN. */
#include "local.h"

static long long begin;

static void passed(const char *what)
{
    long long ns = now_ns(CLOCK_MONOTONIC) - begin;

    printf("%s waited %s\n", what, ns >= 20 * MS ? "long enough" : "too short");
    begin = now_ns(CLOCK_MONOTONIC);
}

int main(void)
{
    static char block[4096];
    struct timeval t = {0, 20000};
    int pair[2], server = listening(SOCK_STREAM, "@test.time", 0);
    char byte;

    new_pair(SOCK_STREAM, pair);
    for (int i = 0; i < 2; i++) {
        CHECK(setsockopt(pair[i], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
        CHECK(setsockopt(pair[i], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
    }
    begin = now_ns(CLOCK_MONOTONIC);
    CHECK_ERRNO(recv(pair[0], &byte, 1, 0), EAGAIN);
    passed("recv");
    while (write(pair[0], block, sizeof(block)) > 0)
        ;
    CHECK(errno == EAGAIN);
    passed("write");
    CHECK(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
    CHECK_ERRNO(accept(server, NULL, NULL), EAGAIN);
    passed("accept");
    int fd = -1, n = 0;
    for (; n < 10; n++) {
        fd = new_socket(SOCK_STREAM);
        CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
        if (connect_to(fd, "@test.time") != 0)
            break;
    }
    CHECK(errno == EAGAIN);
    printf("%d connections wait\n", n);
    passed("connect");
    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERRNO(connect_to(fd, "@test.time"), EAGAIN);
    CHECK(fcntl(server, F_SETFL, O_NONBLOCK) == 0 && accept(server, NULL, NULL) >= 0);
    CHECK_ERRNO(accept(server, NULL, NULL), EAGAIN);
    CHECK(connect_to(fd, "@test.time") == 0);
    return check_done();
}
