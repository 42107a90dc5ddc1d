/* SPDX-License-Identifier: BSD-3-Clause */
/* Each side ends on its own: what reads, writes and poll say at each step; SIGPIPE. */
#include "inet.h"

static volatile sig_atomic_t pipes;

static void on_pipe(int sig)
{
    (void)sig;
    pipes++;
}

static void show(const char *step, int a, int b)
{
    printf("%s: poll %#x and %#x\n", step, (unsigned)poll_now(a), (unsigned)poll_now(b));
}

int main(void)
{
    int end[2];
    char text[16];

    signal(SIGPIPE, on_pipe);
    new_connection("127.0.0.1", end);
    show("connected", end[0], end[1]);
    CHECK(send(end[0], "last", 4, 0) == 4 && shutdown(end[0], SHUT_WR) == 0);
    poll_for(end[1], POLLRDHUP);
    show("one side shut", end[0], end[1]);
    CHECK(pipes == 0);
    CHECK_ERRNO(send(end[0], "x", 1, 0), EPIPE);
    CHECK(pipes == 1);
    CHECK_ERRNO(send(end[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(pipes == 1);
    CHECK_ERRNO(write(end[0], "x", 1), EPIPE);
    CHECK(pipes == 2);
    CHECK(read(end[1], text, sizeof(text)) == 4 && read(end[1], text, sizeof(text)) == 0);
    CHECK(read(end[1], text, sizeof(text)) == 0);
    CHECK(write(end[1], "answer", 6) == 6);
    CHECK(recv(end[0], text, 6, MSG_WAITALL) == 6 && memcmp(text, "answer", 6) == 0);
    CHECK(shutdown(end[0], SHUT_WR) == 0);
    CHECK(shutdown(end[1], SHUT_WR) == 0);
    poll_for(end[0], POLLHUP);
    show("both shut", end[0], end[1]);
    CHECK(read(end[0], text, sizeof(text)) == 0);
    close(end[0]);
    close(end[1]);

    new_connection("::1", end);
    CHECK(shutdown(end[0], SHUT_RD) == 0);
    show("reading shut", end[0], end[1]);
    CHECK(read(end[0], text, sizeof(text)) == 0);
    CHECK(write(end[1], "late", 4) == 4);
    while (recv(end[0], text, sizeof(text), MSG_PEEK) == 0)
        sched_yield();
    CHECK(read(end[0], text, sizeof(text)) == 4); /* as on Linux */
    CHECK(read(end[0], text, sizeof(text)) == 0);
    CHECK(write(end[0], "still", 5) == 5 && read(end[1], text, sizeof(text)) == 5);
    CHECK(shutdown(end[0], SHUT_RDWR) == 0);
    poll_for(end[1], POLLRDHUP);
    CHECK(read(end[1], text, sizeof(text)) == 0);
    close(end[1]);
    poll_for(end[0], POLLHUP);
    CHECK_ERRNO(shutdown(end[0], SHUT_WR), ENOTCONN);
    CHECK_ERRNO(shutdown(end[0], 3), EINVAL);
    close(end[0]);
    return check_done();
}
