/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP_NOTSENT_LOWAT: what is not sent yet keeps a socket from being writable, whatever room is in
 * its buffer. */
#include "inet.h"

int main(void)
{
    static char data[1 << 20];
    int end[2];
    ssize_t all = 0, n;

    new_connection("127.0.0.1", end);
    CHECK(set_int_option(end[0], SOL_SOCKET, SO_SNDBUF, 200000) == 0);
    CHECK(set_int_option(end[0], IPPROTO_TCP, TCP_NOTSENT_LOWAT, 10000) == 0);
    printf("empty: %s\n", poll_now(end[0]) & POLLOUT ? "writable" : "not");
    /* More than the window takes: the rest is not sent. */
    for (int i = 0; i < 20; i++) {
        n = send(end[0], data, 20000, MSG_DONTWAIT);
        all += n > 0 ? n : 0;
        struct timespec t = {0, 20 * MS};
        nanosleep(&t, NULL);
    }
    while ((n = send(end[0], data, 20000, MSG_DONTWAIT)) > 0)
        all += n;
    CHECK(n == -1 && errno == EAGAIN);
    printf("full: %s\n", poll_now(end[0]) & POLLOUT ? "writable" : "not");
    CHECK(set_int_option(end[0], IPPROTO_TCP, TCP_NOTSENT_LOWAT, 0) == 0);
    CHECK(set_int_option(end[0], IPPROTO_TCP, TCP_NOTSENT_LOWAT, 10000) == 0);
    CHECK(fcntl(end[1], F_SETFL, O_NONBLOCK) == 0);
    while (all > 0) {
        poll_for(end[1], POLLIN);
        n = read(end[1], data, sizeof(data));
        REQUIRE(n > 0);
        all -= n;
    }
    printf("read: %s\n", poll_for(end[0], POLLOUT) & POLLOUT ? "writable" : "not");
    close(end[0]);
    close(end[1]);
    return check_done();
}
