/* SPDX-License-Identifier: BSD-3-Clause */
/* IP_RECVERR: errors of sent datagrams wait in a queue, with the datagram and who refused it. */
#include "control.h"
#include <linux/errqueue.h>

static struct message m;

static void show_error(const char *what, int fd, int level, int type)
{
    struct sock_extended_err e;
    struct address offender = {.length = sizeof(offender.v6)};

    CHECK(receive(fd, &m, MSG_ERRQUEUE) >= 0);
    show_address(what, &m.address);
    struct cmsghdr *c = find_control(&m, level, type);
    REQUIRE(c != NULL);
    memcpy(&e, CMSG_DATA(c), sizeof(e));
    memcpy(&offender.any, CMSG_DATA(c) + sizeof(e), c->cmsg_len - CMSG_LEN(sizeof(e)));
    printf("\"%s\", flags %x, %zu bytes: %s, origin %d, type %d, code %d, info %u, data %u\n",
           m.bytes, m.header.msg_flags, (size_t)c->cmsg_len - CMSG_LEN(0),
           strerror((int)e.ee_errno), e.ee_origin, e.ee_type, e.ee_code, e.ee_info, e.ee_data);
    if (offender.any.sa_family != AF_UNSPEC)
        show_address("offender", &offender);
}

/* A port that nobody has. */
static struct address nobody(const char *text)
{
    int fd = bound_socket(SOCK_DGRAM, text);
    struct address a = own_name(fd);

    close(fd);
    return a;
}

static void try_family(const char *text, int level, int option)
{
    struct address to = nobody(text);
    int fd = new_socket(to.any.sa_family, SOCK_DGRAM);
    char c;

    CHECK_ERRNO(recv(fd, &c, 1, MSG_ERRQUEUE), EAGAIN);
    CHECK(sendto(fd, "unheard", 7, 0, &to.any, to.length) == 7);
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == 0);
    CHECK(set_int_option(fd, level, option, 1) == 0 && int_option(fd, level, option) == 1);
    CHECK(sendto(fd, "hello", 5, 0, &to.any, to.length) == 5);
    printf("poll %x\n", poll_now(fd));
    CHECK_ERRNO(recv(fd, &c, 1, MSG_DONTWAIT), ECONNREFUSED); /* though it is not connected */
    printf("poll %x\n", poll_now(fd));
    show_error("sent to", fd, level, option);
    printf("poll %x\n", poll_now(fd));
    CHECK_ERRNO(recv(fd, &c, 1, MSG_ERRQUEUE), EAGAIN);

    CHECK(sendto(fd, "one", 3, 0, &to.any, to.length) == 3);
    CHECK_ERRNO(sendto(fd, "two", 3, 0, &to.any, to.length), ECONNREFUSED);
    CHECK(sendto(fd, "two", 3, 0, &to.any, to.length) == 3);
    show_error("first", fd, level, option);
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == ECONNREFUSED); /* the second's */
    CHECK(recv(fd, &c, 1, MSG_ERRQUEUE) == 1 && c == 't');
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == 0);

    CHECK(connect(fd, &to.any, to.length) == 0 && send(fd, "three", 5, 0) == 5);
    show_error("connected to", fd, level, option);
    CHECK(int_option(fd, SOL_SOCKET, SO_ERROR) == 0);
    CHECK(send(fd, "four", 4, 0) == 4);
    CHECK(set_int_option(fd, level, option, 0) == 0); /* forgets the queue */
    CHECK_ERRNO(recv(fd, &c, 1, MSG_ERRQUEUE), EAGAIN);
    close(fd);
}

int main(void)
{
    try_family("127.0.0.1", IPPROTO_IP, IP_RECVERR);
    try_family("::1", IPPROTO_IPV6, IPV6_RECVERR);
    return check_done();
}
