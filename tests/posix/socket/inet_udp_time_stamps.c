/* SPDX-License-Identifier: BSD-3-Clause */
/* SO_TIMESTAMP and SO_TIMESTAMPNS: when a datagram came, by the clock of the day. */
#include "control.h"
#include <sys/time.h>

static struct message m;

static void try_option(int option, int other)
{
    int fd = bound_socket(SOCK_DGRAM, "127.0.0.1");
    struct address to = own_name(fd);

    CHECK(int_option(fd, SOL_SOCKET, option) == 0);
    CHECK(set_int_option(fd, SOL_SOCKET, other, 1) == 0);
    CHECK(set_int_option(fd, SOL_SOCKET, option, 1) == 0);
    CHECK(int_option(fd, SOL_SOCKET, option) == 1 && int_option(fd, SOL_SOCKET, other) == 0);
    long long before = now_ns(CLOCK_REALTIME);
    CHECK(sendto(fd, "x", 1, 0, &to.any, to.length) == 1);
    long long after = now_ns(CLOCK_REALTIME);
    sleep_ms(20);
    CHECK(receive(fd, &m, 0) == 1);
    struct cmsghdr *c = find_control(&m, SOL_SOCKET, option);
    REQUIRE(c != NULL && c->cmsg_len == CMSG_LEN(sizeof(struct timespec)));
    struct timespec t;
    memcpy(&t, CMSG_DATA(c), sizeof(t));
    long long unit = option == SO_TIMESTAMP ? 1000 : 1;
    long long at = t.tv_sec * SEC + t.tv_nsec * unit;
    CHECK(at >= before - unit && at <= after);
    CHECK(set_int_option(fd, SOL_SOCKET, option, 0) == 0);
    CHECK(sendto(fd, "x", 1, 0, &to.any, to.length) == 1 && receive(fd, &m, 0) == 1);
    CHECK(m.header.msg_controllen == 0);
    close(fd);
}

int main(void)
{
    try_option(SO_TIMESTAMP, SO_TIMESTAMPNS);
    try_option(SO_TIMESTAMPNS, SO_TIMESTAMP);
    return check_done();
}
