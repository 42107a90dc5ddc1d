/* SPDX-License-Identifier: BSD-3-Clause */
/* Options of SOL_SOCKET: what they are at first, what they become, what is refused. */
#include "local.h"

static void flags(int fd)
{
    static const int names[] = {SO_DEBUG,     SO_REUSEADDR, SO_DONTROUTE, SO_BROADCAST,
                                SO_KEEPALIVE, SO_OOBINLINE, SO_PASSCRED};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        int before = int_option(fd, names[i]);
        CHECK(set_int_option(fd, names[i], 7) == 0);
        printf("%d: %d, then %d\n", names[i], before, int_option(fd, names[i]));
        CHECK(set_int_option(fd, names[i], 0) == 0 && int_option(fd, names[i]) == 0);
    }
}

static void buffers(int fd)
{
    CHECK(set_int_option(fd, SO_SNDBUF, 10000) == 0 && set_int_option(fd, SO_RCVBUF, 10001) == 0);
    printf("sndbuf %d, rcvbuf %d\n", int_option(fd, SO_SNDBUF), int_option(fd, SO_RCVBUF));
    CHECK(set_int_option(fd, SO_SNDBUF, 1) == 0 && set_int_option(fd, SO_RCVBUF, 1) == 0);
    printf("least %d, %d\n", int_option(fd, SO_SNDBUF), int_option(fd, SO_RCVBUF));
}

static void timeouts(int fd)
{
    struct timeval t = {9, 0}, got;
    socklen_t length = sizeof(got);

    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &got, &length) == 0 && length == sizeof(got));
    CHECK(got.tv_sec == 9 && got.tv_usec == 0);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &got, &length) == 0);
    CHECK(got.tv_sec == 0 && got.tv_usec == 0);
    t.tv_usec = 1000000;
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)), EDOM);
    t.tv_usec = -1;
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)), EDOM);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, 8), EINVAL);
}

int main(void)
{
    int fd = new_socket(SOCK_STREAM), value = 1;
    socklen_t length;

    flags(fd);
    buffers(fd);
    timeouts(fd);
    printf("type %d, domain %d, accepting %d, error %d\n", int_option(fd, SO_TYPE),
           int_option(fd, SO_DOMAIN), int_option(fd, SO_ACCEPTCONN), int_option(fd, SO_ERROR));
    printf("lowat %d, %d\n", int_option(fd, SO_RCVLOWAT), int_option(fd, SO_SNDLOWAT));
    CHECK(set_int_option(fd, SO_RCVLOWAT, 0) == 0 && int_option(fd, SO_RCVLOWAT) == 1);
    CHECK(set_int_option(fd, SO_PRIORITY, 3) == 0 && int_option(fd, SO_PRIORITY) == 3);
    struct linger l = {1, 5};
    length = sizeof(l);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)) == 0);
    l.l_linger = 0;
    CHECK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &l, &length) == 0 && l.l_onoff && l.l_linger == 5);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, 4), EINVAL);
    CHECK_ERRNO(set_int_option(fd, SO_TYPE, 1), ENOPROTOOPT);
    CHECK_ERRNO(set_int_option(fd, SO_ERROR, 1), ENOPROTOOPT);
    CHECK_ERRNO(set_int_option(fd, SO_ACCEPTCONN, 1), ENOPROTOOPT);
    CHECK_ERRNO(set_int_option(fd, 4711, 1), ENOPROTOOPT);
    CHECK_ERRNO(set_int_option(fd, -1, 1), ENOPROTOOPT);
    length = 4;
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, 4711, &value, &length), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, 4711, 1, &value, &length), EOPNOTSUPP);
    CHECK_ERRNO(setsockopt(fd, 4711, 1, &value, 4), EOPNOTSUPP);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &value, 3), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &value, (socklen_t)-1), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, NULL, 4), EFAULT);
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_BROADCAST, NULL, &length), EFAULT);
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_BROADCAST, &value, NULL), EFAULT);
    length = (socklen_t)-1;
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_BROADCAST, &value, &length), EINVAL);
    value = -1;
    length = 1;
    CHECK(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &length) == 0 && length == 1);
    CHECK((value & 0xff) == SOCK_STREAM && value >> 8 == -1);
    return check_done();
}
