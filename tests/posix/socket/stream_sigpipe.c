/* SPDX-License-Identifier: BSD-3-Clause */
/* A stream without a reader is EPIPE and SIGPIPE, but for MSG_NOSIGNAL; a packet socket sends no
 * signal. */
#include "local.h"

static atomic_int pipes;

static void on_pipe(int signal)
{
    (void)signal;
    atomic_fetch_add(&pipes, 1);
}

int main(void)
{
    int pair[2];

    signal(SIGPIPE, on_pipe);
    new_pair(SOCK_STREAM, pair);
    CHECK(close(pair[1]) == 0);
    CHECK_ERRNO(write(pair[0], "x", 1), EPIPE);
    CHECK(atomic_load(&pipes) == 1);
    CHECK_ERRNO(send(pair[0], "x", 1, 0), EPIPE);
    CHECK(atomic_load(&pipes) == 2);
    CHECK_ERRNO(send(pair[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(atomic_load(&pipes) == 2);
    new_pair(SOCK_SEQPACKET, pair);
    CHECK(close(pair[1]) == 0);
    CHECK_ERRNO(write(pair[0], "x", 1), EPIPE);
    new_pair(SOCK_DGRAM, pair);
    CHECK(close(pair[1]) == 0);
    CHECK_ERRNO(write(pair[0], "x", 1), ECONNREFUSED);
    CHECK_ERRNO(write(pair[0], "x", 1), ENOTCONN);
    CHECK(atomic_load(&pipes) == 2);
    return check_done();
}
