/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* A full queue stops its senders until there is room, whoever filled it; poll and epoll tell. */
#include "local.h"
#include <sys/epoll.h>

static int a, b;

static void *sender(void *unused)
{
    CHECK(send(a, "waited", 6, 0) == 6);
    return unused;
}

static void *poller(void *unused)
{
    struct pollfd p = {.fd = a, .events = POLLOUT};

    CHECK(poll(&p, 1, -1) == 1 && p.revents == POLLOUT);
    return unused;
}

int main(void)
{
    char buf[64];
    int n = 0, c = new_socket(SOCK_DGRAM);

    a = new_socket(SOCK_DGRAM);
    b = new_socket(SOCK_DGRAM);
    CHECK(bind_to(b, "@test.full") == 0);
    CHECK(connect_to(a, "@test.full") == 0 && connect_to(c, "@test.full") == 0);
    printf("empty: %#x\n", poll_now(a));
    while (send(c, "fill", 4, MSG_DONTWAIT) == 4)
        n++;
    CHECK(errno == EAGAIN && n >= 5);
    printf("full: %#x\n", poll_now(a));
    CHECK_ERRNO(send(a, "x", 1, MSG_DONTWAIT), EAGAIN);
    pthread_t thread = start_asleep(sender, NULL);
    CHECK(recv(b, buf, 64, 0) == 4);
    join(thread);
    thread = start_asleep(poller, NULL);
    while (recv(b, buf, 64, MSG_DONTWAIT) > 0)
        ;
    join(thread);
    struct timeval limit = {.tv_usec = 20000};
    CHECK(setsockopt(a, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0);
    while (send(c, "fill", 4, MSG_DONTWAIT) == 4)
        ;
    long long begin = now_ns(CLOCK_MONOTONIC);
    CHECK_ERRNO(send(a, "x", 1, 0), EAGAIN);
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= 20 * MS);
    return check_done();
}
