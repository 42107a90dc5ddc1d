/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection is reset when its peer closes it with bytes unread, or with SO_LINGER of no time, or
 * is gone: what was received stays, then comes ECONNRESET once.
 */
#include "inet.h"

static void after_reset(const char *what, int fd, const char *received)
{
    char text[16];

    poll_for(fd, POLLERR);
    printf("%s: poll %#x\n", what, (unsigned)poll_now(fd));
    if (received != NULL)
        CHECK(read(fd, text, sizeof(text)) == (ssize_t)strlen(received));
    CHECK_ERRNO(read(fd, text, sizeof(text)), ECONNRESET);
    CHECK(read(fd, text, sizeof(text)) == 0);
    printf("  told: poll %#x\n", (unsigned)poll_now(fd));
    CHECK_ERRNO(write(fd, "x", 1), EPIPE);
    CHECK_ERRNO(shutdown(fd, SHUT_WR), ENOTCONN);
    close(fd);
}

int main(void)
{
    struct linger none = {1, 0};
    int end[2];
    char text[16];

    signal(SIGPIPE, SIG_IGN);
    new_connection("127.0.0.1", end);
    CHECK(write(end[0], "unread", 6) == 6);
    poll_for(end[1], POLLIN);
    close(end[1]);
    after_reset("unread bytes", end[0], NULL);

    new_connection("::1", end);
    CHECK(write(end[1], "kept", 4) == 4);
    poll_for(end[0], POLLIN);
    CHECK(setsockopt(end[1], SOL_SOCKET, SO_LINGER, &none, sizeof(none)) == 0);
    close(end[1]);
    after_reset("no time to linger", end[0], "kept");

    new_connection("127.0.0.1", end);
    close(end[1]);
    poll_for(end[0], POLLRDHUP);
    CHECK(write(end[0], "nobody", 6) == 6); /* is answered by a reset */
    poll_for(end[0], POLLHUP);
    printf("written to nobody: poll %#x\n", (unsigned)poll_now(end[0]));
    CHECK(read(end[0], text, sizeof(text)) == 0);
    CHECK_ERRNO(write(end[0], "x", 1), EPIPE);
    close(end[0]);

    new_connection("127.0.0.1", end);
    CHECK(setsockopt(end[1], SOL_SOCKET, SO_LINGER, &none, sizeof(none)) == 0);
    close(end[1]);
    poll_for(end[0], POLLERR);
    CHECK_ERRNO(write(end[0], "x", 1), ECONNRESET);
    CHECK_ERRNO(write(end[0], "x", 1), EPIPE);
    CHECK(int_option(end[0], SOL_SOCKET, SO_ERROR) == 0);
    close(end[0]);
    return check_done();
}
