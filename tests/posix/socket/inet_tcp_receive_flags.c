/* SPDX-License-Identifier: BSD-3-Clause */
/* MSG_PEEK, WAITALL, TRUNC, DONTWAIT and SO_RCVLOWAT on a stream; FIONREAD and SIOCOUTQ. */
#include "inet.h"
#include <linux/sockios.h>
#include <sys/uio.h>

static int end[2];

static void *late(void *argument)
{
    (void)argument;
    sleep_ms(30);
    CHECK(write(end[0], "def", 3) == 3);
    sleep_ms(30);
    CHECK(write(end[0], "ghi", 3) == 3);
    return NULL;
}

static int queued(int fd)
{
    int n = -1;

    CHECK(ioctl(fd, FIONREAD, &n) == 0);
    return n;
}

int main(void)
{
    char text[32] = {0};
    struct iovec part[2] = {{text, 2}, {text + 2, 4}};
    pthread_t thread;
    int n;

    new_connection("127.0.0.1", end);
    CHECK_ERRNO(recv(end[1], text, 4, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(recv(end[1], text, 4, MSG_DONTWAIT | MSG_PEEK), EAGAIN);
    CHECK_ERRNO(recv(end[1], text, 4, MSG_OOB), EINVAL);
    CHECK_ERRNO(recv(end[1], text, 4, MSG_ERRQUEUE), EAGAIN);
    CHECK(queued(end[1]) == 0);
    CHECK(write(end[0], "abc", 3) == 3);
    poll_for(end[1], POLLIN);
    CHECK(queued(end[1]) == 3);
    CHECK(recv(end[1], text, 2, MSG_PEEK) == 2 && memcmp(text, "ab", 2) == 0);
    CHECK(recv(end[1], text, 9, MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL) == 3);
    CHECK(queued(end[1]) == 3);
    thread = start(late, NULL);
    CHECK(recv(end[1], text, 9, MSG_WAITALL) == 9 && memcmp(text, "abcdefghi", 9) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(write(end[0], "abcdef", 6) == 6);
    poll_for(end[1], POLLIN);
    memset(text, '.', sizeof(text));
    CHECK(recv(end[1], text, 2, MSG_TRUNC) == 2 && text[0] == '.');
    CHECK(recv(end[1], NULL, 1, MSG_TRUNC) == 1);
    CHECK(readv(end[1], part, 2) == 3 && memcmp(text, "def", 3) == 0);
    CHECK(write(end[0], "xy", 2) == 2 && shutdown(end[0], SHUT_WR) == 0);
    CHECK(recv(end[1], text, 9, MSG_WAITALL) == 2);
    CHECK(recv(end[1], text, 0, 0) == 0);
    close(end[0]);
    close(end[1]);

    new_connection("::1", end);
    CHECK(set_int_option(end[1], SOL_SOCKET, SO_RCVLOWAT, 4) == 0);
    CHECK(write(end[0], "abc", 3) == 3);
    while (queued(end[1]) != 3)
        sched_yield();
    printf("less than the low-water mark: poll %#x\n", (unsigned)poll_now(end[1]));
    CHECK(write(end[0], "d", 1) == 1);
    printf("enough: poll %#x\n", (unsigned)poll_for(end[1], POLLIN));
    CHECK(recv(end[1], text, 2, 0) == 2 && recv(end[1], text, 2, 0) == 2);
    for (n = -1; n != 0;) /* until all is acknowledged */
        CHECK(ioctl(end[0], SIOCOUTQ, &n) == 0);
    CHECK(ioctl(end[1], SIOCATMARK, &n) == 0 && n == 0);
    return check_done();
}
