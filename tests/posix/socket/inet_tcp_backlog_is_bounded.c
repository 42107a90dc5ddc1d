/* SPDX-License-Identifier: BSD-3-Clause */
/* A listening socket takes one more connection than its backlog; who comes later gets in when
 * accept has made room. */
#include "inet.h"

int main(void)
{
    int server = listening_socket("127.0.0.1", 2), fd[5], connected = 0, accepted = 0;

    for (int i = 0; i < 5; i++) {
        fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        CHECK_ERRNO(connect_to_socket(fd[i], server), EINPROGRESS);
    }
    for (int i = 0; i < 3; i++)
        poll_for(fd[i], POLLOUT);
    for (int i = 0; i < 5; i++)
        connected += (poll_now(fd[i]) & POLLOUT) != 0;
    printf("%d connected\n", connected);
    CHECK_ERRNO(connect_to_socket(fd[4], server), EALREADY);
    CHECK_ERRNO(write(fd[4], "x", 1), EAGAIN);
    for (; accepted < 5; accepted++) {
        poll_for(server, POLLIN);
        int end = accept(server, NULL, NULL);
        CHECK(end >= 0);
        close(end);
    }
    printf("%d accepted\n", accepted);
    CHECK(fcntl(server, F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERRNO(accept(server, NULL, NULL), EAGAIN);
    return check_done();
}
