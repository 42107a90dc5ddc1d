/* SPDX-License-Identifier: BSD-3-Clause */
/* MSG_MORE and UDP_CORK make one datagram of what several calls send. */
#include "inet.h"
#include <netinet/udp.h>

static char big[65507];

static void try_family(const char *any)
{
    int fd = bound_socket(SOCK_DGRAM, any), from = bound_socket(SOCK_DGRAM, any);
    struct address to = own_name(fd), other = own_name(from);
    char text[64] = "";

    CHECK(sendto(from, "one ", 4, MSG_MORE, &to.any, to.length) == 4);
    CHECK_ERRNO(recv(fd, text, sizeof(text), MSG_DONTWAIT), EAGAIN);
    CHECK(sendto(from, "two ", 4, MSG_MORE, &other.any, other.length) == 4); /* to the first */
    CHECK(send(from, "three", 5, 0) == 5);
    CHECK(recv(fd, text, sizeof(text), 0) == 13);
    printf("more: %s\n", text);
    CHECK_ERRNO(recv(from, text, sizeof(text), MSG_DONTWAIT), EAGAIN);
    CHECK(sendto(from, "", 0, 0, &to.any, to.length) == 0 && recv(fd, text, 1, 0) == 0);

    CHECK(int_option(from, IPPROTO_UDP, UDP_CORK) == 0);
    CHECK(set_int_option(from, IPPROTO_UDP, UDP_CORK, 1) == 0);
    CHECK(int_option(from, IPPROTO_UDP, UDP_CORK) == 1);
    CHECK(sendto(from, "a", 1, 0, &to.any, to.length) == 1 && send(from, "b", 1, 0) == 1);
    CHECK_ERRNO(recv(fd, text, sizeof(text), MSG_DONTWAIT), EAGAIN);
    CHECK(set_int_option(from, IPPROTO_UDP, UDP_CORK, 0) == 0);
    CHECK(recv(fd, text, sizeof(text), 0) == 2 && memcmp(text, "ab", 2) == 0);

    /* What becomes too big is lost as a whole. */
    CHECK(sendto(from, "x", 1, MSG_MORE, &to.any, to.length) == 1);
    CHECK(send(from, big, 40000, MSG_MORE) == 40000);
    CHECK_ERRNO(send(from, big, 40000, MSG_MORE), EMSGSIZE);
    CHECK_ERRNO(send(from, "y", 1, 0), EDESTADDRREQ);
    CHECK_ERRNO(recv(fd, text, sizeof(text), MSG_DONTWAIT), EAGAIN);

    CHECK(connect(from, &to.any, to.length) == 0);
    for (int i = 0; i < 10; i++)
        CHECK(send(from, "0123456789", 10, i < 9 ? MSG_MORE : 0) == 10);
    CHECK(recv(fd, big, sizeof(big), 0) == 100);
    CHECK(send(from, "lost", 4, MSG_MORE) == 4);
    close(from);
    CHECK_ERRNO(recv(fd, text, sizeof(text), MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(setsockopt(fd, IPPROTO_UDP, UDP_CORK, text, 2), EINVAL);
    CHECK_ERRNO(set_int_option(fd, IPPROTO_UDP, 4711, 1), ENOPROTOOPT);
    close(fd);
}

int main(void)
{
    try_family("127.0.0.1");
    try_family("::1");
    return check_done();
}
