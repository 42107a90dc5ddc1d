/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 files=virtiofs */
/* A FIFO's reading end that was opened without waiting is hung up only once a writer has come and
 * gone since; what poll says at each step, and what read says.
 * Shared folders by 9P have no FIFOs. */
#include "check.h"
#include <poll.h>

static void show(const char *when, int fd, short events)
{
    struct pollfd p = {fd, events, 0};
    int n = poll(&p, 1, 0);

    printf("%s: poll %d, revents %#x\n", when, n, (unsigned)p.revents);
}

static void *write_later(void *argument)
{
    (void)argument;
    sleep_ms(30);
    int fd = open("fifo", O_WRONLY);
    REQUIRE(fd >= 0);
    REQUIRE(write(fd, "late", 4) == 4);
    REQUIRE(close(fd) == 0);
    return NULL;
}

#define IN (POLLIN | POLLRDNORM | POLLPRI | POLLRDHUP | POLLERR)

int main(void)
{
    char c[8];

    enter_scratch();
    REQUIRE(mkfifo("fifo", 0600) == 0);
    CHECK_ERRNO(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
    int reader = open("fifo", O_RDONLY | O_NONBLOCK);
    REQUIRE(reader >= 0);
    show("no writer yet", reader, IN);
    CHECK(read(reader, c, 1) == 0);
    int writer = open("fifo", O_WRONLY | O_NONBLOCK);
    REQUIRE(writer >= 0);
    show("a writer", reader, IN);
    show("the writer itself", writer, POLLOUT | POLLWRNORM);
    CHECK_ERRNO(read(reader, c, 1), EAGAIN);
    int second = open("fifo", O_RDONLY | O_NONBLOCK);
    REQUIRE(write(writer, "x", 1) == 1);
    REQUIRE(close(writer) == 0);
    show("the writer gone, a byte left", reader, IN);
    CHECK(read(reader, c, 8) == 1);
    show("the writer gone", reader, IN);
    show("a reader that met the writer", second, IN);
    int third = open("fifo", O_RDONLY | O_NONBLOCK);
    show("a reader that came after the writer", third, IN);
    REQUIRE(close(second) == 0 && close(third) == 0);

    /* poll waits for a writer, and not for ever for one that is gone again. */
    int fresh = open("fifo", O_RDONLY | O_NONBLOCK);
    pthread_t thread = start(write_later, NULL);
    struct pollfd p = {fresh, POLLIN, 0};
    CHECK(poll(&p, 1, 5000) == 1);
    join(thread);
    show("after the late writer", fresh, IN);
    REQUIRE(close(reader) == 0 && close(fresh) == 0);
    CHECK_ERRNO(open("fifo", 3), EINVAL);
    int both = open("fifo", O_RDWR);
    show("both ends in one", both, POLLIN | POLLOUT);
    return check_done();
}
