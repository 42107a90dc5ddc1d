/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets that only messages in each other's queues hold are closed, and what these carry. */
#include "local.h"

/* Is the pipe's writer closed? */
static bool hung_up(int reader)
{
    struct pollfd p = {.fd = reader, .events = POLLIN};

    for (int i = 0; i < 100; i++) {
        if (poll(&p, 1, 20) == 1 && p.revents & POLLHUP)
            return true;
        int pair[2]; /* a close looks for such sockets */
        new_pair(SOCK_STREAM, pair);
        close(pair[0]);
        close(pair[1]);
    }
    return false;
}

int main(void)
{
    int ends[2], a[2], b[2], deep[2];

    signal(SIGPIPE, SIG_IGN);
    /* A socket in its own queue, with a pipe. */
    REQUIRE(pipe(ends) == 0);
    new_pair(SOCK_DGRAM, a);
    CHECK(send_files(a[0], (int[]){a[1], ends[1]}, 2) == 1);
    CHECK(close(ends[1]) == 0 && close(a[0]) == 0 && close(a[1]) == 0);
    CHECK(hung_up(ends[0]));
    /* Two that hold each other. */
    REQUIRE(pipe(ends) == 0);
    new_pair(SOCK_STREAM, a);
    new_pair(SOCK_STREAM, b);
    CHECK(send_files(a[0], (int[]){b[1], ends[1]}, 2) == 1 && send_files(b[0], &a[1], 1) == 1);
    CHECK(close(a[0]) == 0 && close(b[0]) == 0 && close(a[1]) == 0);
    CHECK(close(ends[1]) == 0);
    struct pollfd p = {.fd = ends[0], .events = POLLIN};
    CHECK(poll(&p, 1, 20) == 0); /* b[1] is still open: a[1] can be received */
    CHECK(receive_files(b[1], &a[1], 1, 0, NULL) == 1);
    CHECK(send_files(a[1], &b[1], 1) == -1); /* the other end is closed */
    CHECK(close(a[1]) == 0 && close(b[1]) == 0);
    CHECK(hung_up(ends[0]));
    /* A long chain, of which each holds the next. */
    REQUIRE(pipe(ends) == 0);
    int last = ends[1];
    for (int i = 0; i < 200; i++) {
        new_pair(SOCK_STREAM, deep);
        CHECK(send_files(deep[0], &last, 1) == 1 && close(last) == 0 && close(deep[0]) == 0);
        last = deep[1];
    }
    CHECK(close(last) == 0);
    CHECK(hung_up(ends[0]));
    return check_done();
}
