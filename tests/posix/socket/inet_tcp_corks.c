/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP_CORK and MSG_MORE hold bytes back until more come, the cork is drawn, or time has passed. */
#include "inet.h"
#include <sys/sendfile.h>

static ssize_t there(int fd)
{
    int n = -1;

    CHECK(ioctl(fd, FIONREAD, &n) == 0);
    return n;
}

int main(void)
{
    char path[] = "/tmp/inet_tcp_corks.XXXXXX";
    int end[2], file = mkstemp(path);
    char text[32];

    CHECK(file >= 0 && unlink(path) == 0 && write(file, "of the file", 11) == 11);
    new_connection("127.0.0.1", end);
    CHECK(send(end[0], "one ", 4, MSG_MORE) == 4);
    CHECK(send(end[0], "two", 3, 0) == 3);
    CHECK(recv(end[1], text, 7, MSG_WAITALL) == 7 && memcmp(text, "one two", 7) == 0);
    CHECK(set_int_option(end[0], IPPROTO_TCP, TCP_CORK, 1) == 0);
    CHECK(write(end[0], "head ", 5) == 5);
    CHECK(there(end[1]) == 0);
    CHECK(sendfile(end[0], file, &(off_t){0}, 11) == 11);
    CHECK(set_int_option(end[0], IPPROTO_TCP, TCP_CORK, 0) == 0);
    CHECK(recv(end[1], text, 16, MSG_WAITALL) == 16 && memcmp(text, "head of the file", 16) == 0);
    CHECK(send(end[0], "late", 4, MSG_MORE) == 4);
    CHECK(recv(end[1], text, 4, MSG_WAITALL) == 4); /* by time alone */
    CHECK(send(end[0], "last", 4, MSG_MORE) == 4 && close(end[0]) == 0);
    CHECK(recv(end[1], text, 16, MSG_WAITALL) == 4);
    return check_done();
}
