/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Datagrams arrive whole and in order, over IPv4 and IPv6, cut where there is no room, MSG_PEEK
 * leaves them, the largest has 65507 bytes.
 */
#include "inet.h"
#include <sys/uio.h>

static char sent[65536], received[65536];

static void exchange(const char *text)
{
    int to = bound_socket(SOCK_DGRAM, text), from = bound_socket(SOCK_DGRAM, text), n;
    struct address name = own_name(to), sender = {.length = sizeof(sender.v6)};
    struct address expected = own_name(from);
    struct iovec part[2] = {{received, 2}, {received + 2, 2}};
    struct msghdr m = {.msg_iov = part, .msg_iovlen = 2};

    CHECK(sendto(from, "one", 3, 0, &name.any, name.length) == 3);
    CHECK(sendto(from, "", 0, 0, &name.any, name.length) == 0);
    CHECK(sendto(from, "three", 5, 0, &name.any, name.length) == 5);
    CHECK(sendto(from, "fourth", 6, 0, &name.any, name.length) == 6);
    CHECK(ioctl(to, FIONREAD, &n) == 0 && n == 3);
    CHECK(recv(to, received, 10, MSG_PEEK) == 3);
    CHECK(recvfrom(to, received, 10, 0, &sender.any, &sender.length) == 3 &&
          memcmp(received, "one", 3) == 0);
    CHECK(sender.length == expected.length &&
          memcmp(&sender.any, &expected.any, sender.length) == 0);
    CHECK(ioctl(to, FIONREAD, &n) == 0 && n == 0);
    CHECK(recv(to, received, 10, 0) == 0);
    CHECK(recv(to, received, 2, MSG_TRUNC) == 5 && memcmp(received, "th", 2) == 0);
    CHECK(recvmsg(to, &m, 0) == 4 && memcmp(received, "four", 4) == 0);
    printf("%s: flags %#x\n", text, (unsigned)m.msg_flags);
    CHECK_ERRNO(recv(to, received, 10, MSG_DONTWAIT), EAGAIN);
    CHECK(ioctl(to, FIONREAD, &n) == 0 && n == 0);
    close(to);
    close(from);
}

static void largest(void)
{
    int to = bound_socket(SOCK_DGRAM, "127.0.0.1"), from = new_socket(AF_INET, SOCK_DGRAM);
    struct address name = own_name(to);

    for (size_t i = 0; i < sizeof(sent); i++)
        sent[i] = (char)(i * 7 + i / 251);
    CHECK(connect(from, &name.any, name.length) == 0);
    CHECK(send(from, sent, 65507, 0) == 65507);
    CHECK(recv(to, received, sizeof(received), 0) == 65507);
    CHECK(memcmp(sent, received, 65507) == 0);
    CHECK_ERRNO(send(from, sent, 65508, 0), EMSGSIZE);
    CHECK_ERRNO(send(from, sent, 65536, 0), EMSGSIZE);
    CHECK_ERRNO(recv(to, received, 1, MSG_DONTWAIT), EAGAIN);
}

static void several(void)
{
    int to = bound_socket(SOCK_DGRAM, "::1"), from = new_socket(AF_INET6, SOCK_DGRAM);
    struct address name = own_name(to);
    struct iovec text[3] = {{"a", 1}, {"bb", 2}, {"ccc", 3}}, room[4];
    struct mmsghdr out[3] = {0}, in[4] = {0};

    for (int i = 0; i < 3; i++) {
        out[i].msg_hdr = (struct msghdr){.msg_name = &name.any,
                                         .msg_namelen = name.length,
                                         .msg_iov = &text[i],
                                         .msg_iovlen = 1};
        room[i] = (struct iovec){received + 16 * i, 16};
        in[i].msg_hdr = (struct msghdr){.msg_iov = &room[i], .msg_iovlen = 1};
    }
    CHECK(sendmmsg(from, out, 3, 0) == 3 && out[2].msg_len == 3);
    CHECK(recvmmsg(to, in, 3, 0, NULL) == 3);
    printf("lengths %u %u %u\n", in[0].msg_len, in[1].msg_len, in[2].msg_len);
    CHECK(writev(from, text, 3) == -1 && errno == EDESTADDRREQ);
}

int main(void)
{
    exchange("127.0.0.1");
    exchange("::1");
    largest();
    several();
    return check_done();
}
