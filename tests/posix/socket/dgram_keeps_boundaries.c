/* SPDX-License-Identifier: BSD-3-Clause */
/* Each datagram is received as it was sent, cut if there is no room, from whom it came. */
#include "local.h"

static void receive(int fd, size_t room, int flags)
{
    char buf[32] = {0};
    struct sockaddr_un a;
    socklen_t length = sizeof(a);
    ssize_t n = recvfrom(fd, buf, room, flags, (struct sockaddr *)&a, &length);

    printf("%d \"%s\" ", n < 0 ? -errno : (int)n, buf);
    if (n >= 0)
        show_name("from", &a, length);
    else
        putchar('\n');
}

int main(void)
{
    struct sockaddr_un to;
    int a = new_socket(SOCK_DGRAM), b = new_socket(SOCK_DGRAM), c = new_socket(SOCK_DGRAM), n;
    socklen_t length = local_address(&to, "@test.b");

    CHECK_ERRNO(send(a, "x", 1, 0), ENOTCONN);
    CHECK_ERRNO(sendto(a, "x", 1, 0, (struct sockaddr *)&to, length), ECONNREFUSED);
    CHECK(bind_to(b, "@test.b") == 0);
    CHECK(sendto(a, "nameless", 8, 0, (struct sockaddr *)&to, length) == 8);
    CHECK(bind_to(a, "@test.a") == 0);
    CHECK(sendto(a, "named", 5, 0, (struct sockaddr *)&to, length) == 5);
    CHECK(sendto(a, "", 0, 0, (struct sockaddr *)&to, length) == 0);
    CHECK(connect_to(a, "@test.b") == 0);
    CHECK(write(a, "connected", 9) == 9 && write(a, "", 0) == 0 && send(a, "last", 4, 0) == 4);
    CHECK(ioctl(b, FIONREAD, &n) == 0);
    printf("first has %d\n", n);
    receive(b, 3, MSG_PEEK);
    receive(b, 3, MSG_PEEK | MSG_TRUNC);
    receive(b, 3, 0);
    receive(b, 32, 0);
    receive(b, 32, 0);
    receive(b, 4, MSG_TRUNC);
    receive(b, 0, 0);
    receive(b, 32, 0);
    receive(b, 32, MSG_DONTWAIT);
    /* A connected one takes datagrams of its peer alone. */
    CHECK(connect_to(b, "@test.a") == 0);
    CHECK_ERRNO(sendto(c, "x", 1, 0, (struct sockaddr *)&to, length), EPERM);
    CHECK_ERRNO(connect_to(c, "@test.b"), EPERM);
    CHECK(write(b, "back", 4) == 4);
    receive(a, 32, 0);
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    CHECK(connect(b, &none, sizeof(none)) == 0);
    CHECK(sendto(c, "ok", 2, 0, (struct sockaddr *)&to, length) == 2);
    receive(b, 32, 0);
    CHECK_ERRNO(send(b, "x", 1, 0), ENOTCONN);
    CHECK_ERRNO(send(a, "x", 1, MSG_OOB), EOPNOTSUPP);
    static char large[300000];
    CHECK_ERRNO(send(a, large, sizeof(large), 0), EMSGSIZE);
    CHECK(send(a, large, 100000, 0) == 100000 && recv(b, large, sizeof(large), 0) == 100000);
    CHECK(close(b) == 0);
    CHECK_ERRNO(send(a, "x", 1, 0), ECONNREFUSED);
    CHECK_ERRNO(send(a, "x", 1, 0), ENOTCONN);
    return check_done();
}
