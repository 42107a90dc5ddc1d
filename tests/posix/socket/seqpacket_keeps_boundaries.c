/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet socket is connected and keeps boundaries. */
#include "local.h"

int main(void)
{
    int pair[2], fd = new_socket(SOCK_SEQPACKET);
    char buf[16];

    CHECK_ERRNO(send(fd, "x", 1, 0), ENOTCONN);
    CHECK_ERRNO(recv(fd, buf, 1, 0), ENOTCONN);
    new_pair(SOCK_SEQPACKET, pair);
    CHECK(send(pair[0], "one", 3, 0) == 3 && send(pair[0], "", 0, 0) == 0);
    CHECK(send(pair[0], "three", 5, MSG_EOR) == 5);
    CHECK(recv(pair[1], buf, 16, 0) == 3 && recv(pair[1], buf, 16, 0) == 0);
    CHECK(recv(pair[1], buf, 2, 0) == 2);
    CHECK_ERRNO(recv(pair[1], buf, 2, MSG_DONTWAIT), EAGAIN);
    CHECK(recv(pair[1], buf, 0, MSG_DONTWAIT) == -1 && errno == EAGAIN);
    printf("poll %#x\n", poll_now(pair[1]));
    CHECK(shutdown(pair[0], SHUT_WR) == 0);
    CHECK(recv(pair[1], buf, 2, MSG_DONTWAIT) == 0 && recv(pair[1], buf, 2, 0) == 0);
    printf("poll %#x\n", poll_now(pair[1]));
    return check_done();
}
