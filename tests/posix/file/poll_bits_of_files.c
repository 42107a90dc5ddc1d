/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 stdin="" */
/* Which bits poll() and select() report for each kind of file, asked for all of them; the array
 * may lie at any address. */
#include "check.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/timerfd.h>

#define ALL                                                                                        \
    (POLLIN | POLLPRI | POLLOUT | POLLRDHUP | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND |  \
     POLLMSG | POLLERR | POLLHUP | POLLNVAL)

static void show(const char *what, int fd)
{
    struct pollfd all = {fd, ALL, -1}, none = {fd, 0, -1};
    int n = poll(&all, 1, 0), m = poll(&none, 1, 0);

    printf("%s: %d %#x, unasked %d %#x", what, n, (unsigned short)all.revents, m,
           (unsigned short)none.revents);
    fd_set in, out, except;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&except);
    struct timeval zero = {0, 0};
    if (fd >= 0) {
        FD_SET(fd, &in);
        FD_SET(fd, &out);
        FD_SET(fd, &except);
        n = select(fd + 1, &in, &out, &except, &zero);
        printf(", select %d", n);
        if (n >= 0)
            printf(" %d%d%d", FD_ISSET(fd, &in) != 0, FD_ISSET(fd, &out) != 0,
                   FD_ISSET(fd, &except) != 0);
    }
    printf("\n");
}

static void pipes(void)
{
    static char block[65536];
    int ends[2];

    REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
    show("empty pipe, reader", ends[0]);
    show("empty pipe, writer", ends[1]);
    REQUIRE(write(ends[1], block, sizeof(block)) == sizeof(block));
    show("full pipe, reader", ends[0]);
    show("full pipe, writer", ends[1]);
    int reader = dup(ends[0]);
    REQUIRE(close(ends[1]) == 0);
    show("full pipe without writer", ends[0]);
    while (read(ends[0], block, sizeof(block)) > 0)
        ;
    show("empty pipe without writer", reader);
    REQUIRE(pipe(ends) == 0 && close(ends[0]) == 0);
    show("empty pipe without reader", ends[1]);
    REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
    REQUIRE(write(ends[1], block, sizeof(block)) == sizeof(block));
    REQUIRE(close(ends[0]) == 0);
    show("full pipe without reader", ends[1]);
}

static void events(void)
{
    int fd = eventfd(0, EFD_NONBLOCK);
    uint64_t most = UINT64_MAX - 1;

    show("eventfd 0", fd);
    eventfd_write(fd, 1);
    show("eventfd 1", fd);
    eventfd_write(fd, most - 1);
    show("eventfd full", fd);
    CHECK(write(fd, &most, 8) == -1 && errno == EAGAIN);
}

static void timers(void)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec soon = {.it_value = {0, 1}};

    show("timerfd unarmed", fd);
    REQUIRE(timerfd_settime(fd, 0, &soon, NULL) == 0);
    sleep_ms(5);
    show("timerfd expired", fd);
}

static void paths(void)
{
    static const char *const names[] = {"/",           "/dev/null",    "/dev/zero",    "/dev/full",
                                        "/dev/random", "/dev/urandom", "/proc/cpuinfo"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        int fd = open(names[i], O_RDONLY);
        REQUIRE(fd >= 0);
        show(names[i], fd);
    }
    make_file("plain", "text");
    show("plain file", open("plain", O_RDONLY));
    show("plain file to write", open("plain", O_WRONLY));
    show("O_PATH", open("plain", O_PATH));
    int closed = dup(0);
    REQUIRE(close(closed) == 0);
    show("closed descriptor", closed);
    show("negative descriptor", -3);
}

static void unaligned_array(void)
{
    static char memory[64];
    struct pollfd p = {open("/dev/null", O_RDONLY), POLLIN, 0};

    for (int shift = 0; shift < 8; shift++) {
        memcpy(memory + shift, &p, sizeof(p));
        CHECK(poll((struct pollfd *)(memory + shift), 1, 0) == 1);
        struct pollfd back;
        memcpy(&back, memory + shift, sizeof(back));
        CHECK(back.revents == POLLIN && back.events == POLLIN);
    }
}

int main(void)
{
    struct pollfd standard_input = {0, POLLIN, 0};

    enter_scratch();
    REQUIRE(poll(&standard_input, 1, 10000) == 1);
    show("standard input at its end", 0);
    pipes();
    events();
    timers();
    paths();
    unaligned_array();
    return check_done();
}
