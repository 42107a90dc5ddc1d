/* SPDX-License-Identifier: BSD-3-Clause */
/* Who closes with bytes unread resets the connection: ECONNRESET once, then the end. */
#include "local.h"

int main(void)
{
    int pair[2];
    char byte;

    signal(SIGPIPE, SIG_IGN);
    new_pair(SOCK_STREAM, pair);
    CHECK(write(pair[0], "lost", 4) == 4 && write(pair[1], "k", 1) == 1);
    CHECK(close(pair[1]) == 0);
    printf("poll %#x\n", poll_now(pair[0]));
    CHECK(read(pair[0], &byte, 1) == 1);
    CHECK_ERRNO(read(pair[0], &byte, 1), ECONNRESET);
    CHECK(read(pair[0], &byte, 1) == 0 && read(pair[0], &byte, 1) == 0);
    CHECK_ERRNO(write(pair[0], "x", 1), EPIPE);
    /* A packet socket tells the error first. */
    new_pair(SOCK_SEQPACKET, pair);
    CHECK(write(pair[0], "lost", 4) == 4 && write(pair[1], "k", 1) == 1);
    CHECK(close(pair[1]) == 0);
    CHECK_ERRNO(read(pair[0], &byte, 1), ECONNRESET);
    CHECK(read(pair[0], &byte, 1) == 1 && read(pair[0], &byte, 1) == 0);
    new_pair(SOCK_STREAM, pair);
    CHECK(write(pair[0], "lost", 4) == 4 && close(pair[1]) == 0);
    printf("error %s\n", strerror(int_option(pair[0], SO_ERROR)));
    printf("error %s\n", strerror(int_option(pair[0], SO_ERROR)));
    CHECK(read(pair[0], &byte, 1) == 0);
    return check_done();
}
