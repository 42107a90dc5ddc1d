/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4 */
/* poll, ppoll, select and pselect tell readable, writable, hung up and invalid, wait,
 * and time out. */
#include "check.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>

static int ends[2];

static void *write_later(void *unused)
{
    sleep_ms(15);
    CHECK(write(ends[1], "x", 1) == 1);
    return unused;
}

static void show(const char *what, int result, const struct pollfd *fds, int count)
{
    printf("%s: %d,", what, result);
    for (int i = 0; i < count; i++)
        printf(" %#x", fds[i].revents);
    putchar('\n');
}

int main(void)
{
    char block[4096] = {0};
    int pending;

    REQUIRE(pipe(ends) == 0);
    struct pollfd fds[] = {{.fd = ends[0], .events = POLLIN}, {.fd = ends[1], .events = POLLOUT}};
    show("empty", poll(fds, 2, 0), fds, 2);
    long long begin = now_ns(CLOCK_MONOTONIC);
    show("timeout", poll(fds, 1, 30), fds, 1);
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= 30 * MS);
    pthread_t writer = start(write_later, NULL);
    show("waited", poll(fds, 1, -1), fds, 1);
    join(writer);
    CHECK(ioctl(ends[0], FIONREAD, &pending) == 0 && pending == 1);
    fd_set in, out;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(ends[0], &in);
    FD_SET(ends[1], &out);
    printf("select: %d\n", select(ends[1] + 1, &in, &out, NULL, NULL));
    CHECK(FD_ISSET(ends[0], &in) && FD_ISSET(ends[1], &out));
    CHECK(read(ends[0], block, 1) == 1);
    struct timeval short_time = {.tv_usec = 20000};
    begin = now_ns(CLOCK_MONOTONIC);
    printf("select: %d\n", select(ends[0] + 1, &in, NULL, NULL, &short_time));
    CHECK(!FD_ISSET(ends[0], &in) && now_ns(CLOCK_MONOTONIC) - begin >= 20 * MS);
    writer = start(write_later, NULL);
    FD_SET(ends[0], &in);
    struct timespec long_time = {.tv_sec = 1000};
    printf("pselect: %d\n", pselect(ends[0] + 1, &in, NULL, NULL, &long_time, NULL));
    join(writer);
    show("ppoll", ppoll(fds, 2, &long_time, NULL), fds, 2);
    CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    while (write(ends[1], block, sizeof(block)) > 0)
        ;
    show("full", poll(fds, 2, 0), fds, 2);
    CHECK(close(ends[1]) == 0);
    fds[1].fd = ends[1];
    show("writer closed", poll(fds, 2, 0), fds, 2);
    fds[1].fd = -5;
    show("negative", poll(fds + 1, 1, 0), fds + 1, 1);
    FD_SET(ends[1], &in);
    CHECK_ERRNO(select(ends[1] + 1, &in, NULL, NULL, NULL), EBADF);
    while (read(ends[0], block, sizeof(block)) > 0)
        ;
    show("drained", poll(fds, 1, 0), fds, 1);
    REQUIRE(pipe(ends) == 0 && close(ends[0]) == 0);
    fds[1].fd = ends[1];
    show("reader closed", poll(fds + 1, 1, 0), fds + 1, 1);
    int file = open("/dev/null", O_RDWR);
    struct pollfd always = {.fd = file, .events = POLLIN | POLLOUT};
    show("null", poll(&always, 1, 0), &always, 1);
    return check_done();
}
