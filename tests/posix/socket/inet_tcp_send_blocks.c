/* SPDX-License-Identifier: BSD-3-Clause */
/* A stream whose reader is slow takes no more at some point: EAGAIN, no POLLOUT, blocked writers;
 * the reader's taking changes that. Not a byte is lost. */
#include "inet.h"

static int end[2];
static char block[70000];

static void *writer(void *argument)
{
    (void)argument;
    CHECK(write(end[0], block, sizeof(block)) == sizeof(block));
    return NULL;
}

int main(void)
{
    struct timeval t = {0, 50000};
    size_t sent = 0, received = 0;
    pthread_t thread;
    ssize_t n;

    for (size_t i = 0; i < sizeof(block); i++)
        block[i] = (char)(i % 251);
    new_connection("127.0.0.1", end);
    CHECK(set_int_option(end[0], SOL_SOCKET, SO_SNDBUF, 20000) == 0);
    CHECK(set_int_option(end[1], SOL_SOCKET, SO_RCVBUF, 20000) == 0);
    sent = fill(end[0], block, 251);
    CHECK(sent > 4096);
    CHECK_ERRNO(send(end[0], block, 1, MSG_DONTWAIT), EAGAIN);
    printf("full: POLLOUT %d\n", (poll_now(end[0]) & POLLOUT) != 0);
    CHECK(setsockopt(end[0], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
    CHECK_ERRNO(send(end[0], block, 1, 0), EAGAIN);
    t.tv_usec = 0;
    CHECK(setsockopt(end[0], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
    thread = start_asleep(writer, NULL);
    size_t all = sent + sizeof(block);
    static char buffer[10007];
    for (; received < all; received += (size_t)n) {
        n = read(end[1], buffer, sizeof(buffer));
        REQUIRE(n > 0);
        for (ssize_t i = 0; i < n; i++) {
            size_t at = received + (size_t)i;
            char expected = (char)((at < sent ? at : at - sent) % 251);
            REQUIRE(buffer[i] == expected);
        }
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_ERRNO(recv(end[1], buffer, 1, MSG_DONTWAIT), EAGAIN);
    printf("empty: POLLOUT %d\n", (poll_for(end[0], POLLOUT) & POLLOUT) != 0);
    return check_done();
}
