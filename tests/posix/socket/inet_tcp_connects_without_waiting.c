/* SPDX-License-Identifier: BSD-3-Clause */
/* connect of a non-blocking socket: EINPROGRESS, then poll and SO_ERROR tell what came of it. */
#include "inet.h"

static int nonblocking(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
}

static void succeeds(void)
{
    int server = listening_socket("127.0.0.1", 5), fd = nonblocking();

    CHECK_ERRNO(connect_to_socket(fd, server), EINPROGRESS);
    printf("connected: poll %#x\n", (unsigned)poll_for(fd, POLLOUT));
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == 0);
    CHECK(connect_to_socket(fd, server) == 0);
    CHECK_ERRNO(connect_to_socket(fd, server), EISCONN);
    close(fd);
    fd = nonblocking(); /* used before connect has told */
    CHECK_ERRNO(connect_to_socket(fd, server), EINPROGRESS);
    poll_for(fd, POLLOUT);
    CHECK(write(fd, "x", 1) == 1);
    CHECK_ERRNO(bind_address(fd, "127.0.0.1", 0), EINVAL);
    close(fd);
    close(server);
}

static void fails(void)
{
    int gone = listening_socket("127.0.0.1", 5), fd = nonblocking(), server;
    struct address a = own_name(gone);
    char c;

    close(gone);
    CHECK_ERRNO(connect(fd, &a.any, a.length), EINPROGRESS);
    printf("refused: poll %#x\n", (unsigned)poll_for(fd, POLLOUT));
    CHECK_ERRNO(connect(fd, &a.any, a.length), ECONNREFUSED);
    CHECK_ERRNO(connect(fd, &a.any, a.length), EINPROGRESS);
    poll_for(fd, POLLOUT);
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == 0);
    printf("told: poll %#x\n", (unsigned)poll_now(fd));
    CHECK_ERRNO(connect(fd, &a.any, a.length), ECONNABORTED);
    CHECK_ERRNO(connect(fd, &a.any, a.length), EINPROGRESS);
    poll_for(fd, POLLOUT);
    CHECK_ERRNO(read(fd, &c, 1), ECONNREFUSED);
    CHECK(read(fd, &c, 1) == 0);
    CHECK_ERRNO(write(fd, "x", 1), EPIPE);
    CHECK_ERRNO(connect(fd, &a.any, a.length), ECONNABORTED);
    server = listening_socket("127.0.0.1", 5);
    CHECK_ERRNO(connect_to_socket(fd, server), EINPROGRESS);
    poll_for(fd, POLLOUT);
    CHECK(connect_to_socket(fd, server) == 0 && write(fd, "x", 1) == 1);
    close(fd);
    close(server);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    succeeds();
    fails();
    return check_done();
}
