/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* pipe2(O_DIRECT): each write is a packet, a read gets one and discards the rest of it. */
#include "check.h"
#include <sys/ioctl.h>
#include <sys/uio.h>

static int ends[2];

static void send(const char *text)
{
    CHECK(write(ends[1], text, strlen(text)) == (ssize_t)strlen(text));
}

static void receive(size_t room)
{
    char bytes[64] = "";
    ssize_t n = read(ends[0], bytes, room);

    printf("read(%zu) = %zd \"%s\"\n", room, n, n > 0 ? bytes : "");
}

static void waiting(void)
{
    int n = -1;

    CHECK(ioctl(ends[0], FIONREAD, &n) == 0);
    printf("waiting: %d\n", n);
}

static void packets_keep_apart(void)
{
    send("first");
    send("second");
    send("third");
    waiting();
    receive(60);
    receive(3);
    receive(60);
    struct iovec out[2] = {{"fou", 3}, {"rth", 3}};
    CHECK(writev(ends[1], out, 2) == 6);
    char a[2], b[8] = "";
    struct iovec in[2] = {{a, 2}, {b, 7}};
    CHECK(readv(ends[0], in, 2) == 6 && memcmp(b, "urth", 4) == 0);
    CHECK(write(ends[1], "", 0) == 0);
    CHECK_ERRNO(read(ends[0], a, 1), EAGAIN);
}

/* Larger ones are cut at PIPE_BUF, and each takes one of the pipe's 16 places. */
static void packets_have_a_size(void)
{
    static char block[3 * 4096 + 100], in[sizeof(block)];

    CHECK(write(ends[1], block, sizeof(block)) == (ssize_t)sizeof(block));
    for (int i = 0; i < 4; i++)
        printf("piece of %zd\n", read(ends[0], in, sizeof(in)));
    int n = 0;
    while (write(ends[1], "x", 1) == 1)
        n++;
    printf("%d packets fill it\n", n);
    CHECK(errno == EAGAIN);
    for (int i = 0; i < n; i++)
        CHECK(read(ends[0], in, 10) == 1);
}

/* The mode is the writing file's, and can be changed. */
static void mode_changes(void)
{
    printf("flags %#x %#x\n",
           (unsigned)fcntl(ends[0], F_GETFL) & (O_DIRECT | O_NONBLOCK | O_ACCMODE),
           (unsigned)fcntl(ends[1], F_GETFL) & (O_DIRECT | O_NONBLOCK | O_ACCMODE));
    send("packet");
    CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    send("str");
    send("eam");
    CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK | O_DIRECT) == 0);
    send("joins");
    send("joins too");
    receive(4);
    receive(4);
    receive(60);
    receive(60);
    waiting();
}

int main(void)
{
    REQUIRE(pipe2(ends, O_DIRECT | O_NONBLOCK) == 0);
    packets_keep_apart();
    packets_have_a_size();
    mode_changes();
    int file = open("/proc/self/stat", O_RDONLY);
    CHECK_ERRNO(fcntl(file, F_SETFL, O_DIRECT), EINVAL);
    int none[2] = {-7, -7};
    CHECK_ERRNO(pipe2(none, O_APPEND), EINVAL);
    CHECK(none[0] == -7);
    return check_done();
}
