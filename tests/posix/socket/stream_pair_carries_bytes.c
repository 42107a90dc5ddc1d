/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes of a stream come in order, in pieces as the reader likes, with all ways to send. */
#include "local.h"
#include <sys/uio.h>

int main(void)
{
    int pair[2], n;
    char buf[64] = {0};

    new_pair(SOCK_STREAM, pair);
    CHECK(write(pair[0], "hello, ", 7) == 7 && send(pair[0], "world", 5, 0) == 5);
    CHECK(ioctl(pair[1], FIONREAD, &n) == 0 && n == 12);
    CHECK(read(pair[1], buf, 3) == 3);
    CHECK(recv(pair[1], buf + 3, sizeof(buf), MSG_PEEK) == 9);
    CHECK(recv(pair[1], buf + 3, 60, 0) == 9);
    printf("%s\n", buf);
    struct iovec v[3] = {{"one ", 4}, {"", 0}, {"two", 4}};
    CHECK(writev(pair[1], v, 3) == 8);
    struct iovec w[2] = {{buf, 2}, {buf + 2, 40}};
    CHECK(readv(pair[0], w, 2) == 8);
    printf("%s\n", buf);
    CHECK(send(pair[0], "", 0, 0) == 0 && write(pair[0], "", 0) == 0);
    CHECK_ERRNO(recv(pair[1], buf, 1, MSG_DONTWAIT), EAGAIN);
    CHECK(read(pair[1], buf, 0) == 0);
    printf("idle: %#x\n", poll_now(pair[0]));
    CHECK(write(pair[1], "z", 1) == 1);
    printf("a byte: %#x\n", poll_now(pair[0]));
    CHECK(close(pair[1]) == 0);
    printf("peer closed: %#x\n", poll_now(pair[0]));
    CHECK(read(pair[0], buf, 9) == 1 && read(pair[0], buf, 9) == 0);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(write(pair[0], "x", 1), EPIPE);
    return check_done();
}
