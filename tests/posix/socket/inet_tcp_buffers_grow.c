/* SPDX-License-Identifier: BSD-3-Clause */
/* A receive buffer whose size nobody asked for grows while a stream is read as fast as it comes,
 * within net.ipv4.tcp_rmem; one that was set stays. */
#include "inet.h"

enum { TOTAL = 8 << 20 };

static void *send_all(void *arg)
{
    static char data[65536];
    int fd = *(int *)arg;

    for (int all = 0; all < TOTAL; all += (int)sizeof(data))
        REQUIRE(write(fd, data, sizeof(data)) == (ssize_t)sizeof(data));
    return NULL;
}

static void stream(const char *what, bool set)
{
    static char data[65536];
    int end[2], before, after;
    pthread_t thread;

    new_connection("127.0.0.1", end);
    if (set)
        CHECK(set_int_option(end[1], SOL_SOCKET, SO_RCVBUF, 50000) == 0);
    before = int_option(end[1], SOL_SOCKET, SO_RCVBUF);
    REQUIRE(pthread_create(&thread, NULL, send_all, &end[0]) == 0);
    for (int all = 0; all < TOTAL;) {
        ssize_t n = read(end[1], data, sizeof(data));
        REQUIRE(n > 0);
        all += (int)n;
    }
    pthread_join(thread, NULL);
    after = int_option(end[1], SOL_SOCKET, SO_RCVBUF);
    printf("%s: %s\n", what, after > before ? "grown" : "as it was");
    CHECK(after <= 6 << 20 || after == before);
    close(end[0]);
    close(end[1]);
}

int main(void)
{
    stream("not set", false);
    stream("set", true);
    return check_done();
}
