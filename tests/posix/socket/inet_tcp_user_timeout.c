/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP_USER_TIMEOUT and TCP_SYNCNT: how long a connect waits that nobody answers, and bytes that
 * the peer does not take. */
#include "inet.h"

static long long now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / MS;
}

/* One whose queue is full: a SYN is not answered. */
static int full_server(int client[2])
{
    int server = listening_socket("127.0.0.1", 0);

    for (int i = 0; i < 2; i++) {
        client[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect_to_socket(client[i], server);
    }
    poll_for(server, POLLIN);
    return server;
}

static void unanswered(const char *what, int server, int option, int value, int least, int most)
{
    int fd = new_socket(AF_INET, SOCK_STREAM);
    long long start = now_ms(), took;

    CHECK(set_int_option(fd, IPPROTO_TCP, option, value) == 0);
    int n = connect_to_socket(fd, server);
    int err = n == 0 ? 0 : errno;
    took = now_ms() - start;
    printf("%s: connect %d, %s, %s\n", what, n, err == ETIMEDOUT ? "ETIMEDOUT" : strerror(err),
           took < least  ? "too early"
           : took > most ? "too late"
                         : "in time");
    close(fd);
}

/* The peer's window stays closed. */
static void not_taken(void)
{
    static char data[65536];
    int end[2];
    long long start;

    new_connection("127.0.0.1", end);
    CHECK(set_int_option(end[0], IPPROTO_TCP, TCP_USER_TIMEOUT, 1000) == 0);
    CHECK(fcntl(end[0], F_SETFL, O_NONBLOCK) == 0);
    start = now_ms();
    for (;;) {
        struct pollfd p = {.fd = end[0], .events = POLLOUT};
        if (write(end[0], data, sizeof(data)) < 0 && errno != EAGAIN)
            break;
        REQUIRE(poll(&p, 1, 20000) == 1);
    }
    printf("not taken: %s, %s\n", errno == ETIMEDOUT ? "ETIMEDOUT" : strerror(errno),
           now_ms() - start < 900 ? "too early" : "not too early");
    close(end[0]);
    close(end[1]);
}

int main(void)
{
    int client[2], server = full_server(client);

    unanswered("user timeout", server, TCP_USER_TIMEOUT, 1500, 1400, 2950);
    unanswered("one more SYN", server, TCP_SYNCNT, 1, 2800, 6900);
    close(server);
    not_taken();
    return check_done();
}
