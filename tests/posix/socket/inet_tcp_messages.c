/* SPDX-License-Identifier: BSD-3-Clause */
/* sendmsg, recvmsg, sendmmsg and recvmmsg on a stream: vectors, no names, no control messages. */
#include "inet.h"

int main(void)
{
    char text[32], control[64];
    struct iovec parts[3] = {{"one", 3}, {"", 0}, {"two", 3}},
                 room[2] = {{text, 2}, {text + 2, 30}};
    struct address a;
    struct msghdr m = {.msg_iov = parts, .msg_iovlen = 3};
    struct mmsghdr several[2] = {0};
    int end[2];

    new_connection("127.0.0.1", end);
    CHECK(sendmsg(end[0], &m, 0) == 6);
    m = (struct msghdr){.msg_name = &a.any,
                        .msg_namelen = sizeof(a.v6),
                        .msg_iov = room,
                        .msg_iovlen = 2,
                        .msg_control = control,
                        .msg_controllen = sizeof(control)};
    CHECK(recvmsg(end[1], &m, 0) == 6 && memcmp(text, "onetwo", 6) == 0);
    printf("name of %d bytes, control of %d, flags %#x\n", (int)m.msg_namelen,
           (int)m.msg_controllen, (unsigned)m.msg_flags);
    several[0].msg_hdr = (struct msghdr){.msg_iov = parts, .msg_iovlen = 1};
    several[1].msg_hdr = (struct msghdr){.msg_iov = parts + 2, .msg_iovlen = 1};
    CHECK(sendmmsg(end[0], several, 2, 0) == 2 && several[1].msg_len == 3);
    poll_for(end[1], POLLIN);
    while (recv(end[1], text, 6, MSG_PEEK) < 6)
        sched_yield();
    several[0].msg_hdr = (struct msghdr){.msg_iov = room, .msg_iovlen = 1};
    several[1].msg_hdr = (struct msghdr){.msg_iov = room + 1, .msg_iovlen = 1};
    CHECK(recvmmsg(end[1], several, 2, MSG_WAITFORONE, NULL) == 2);
    printf("lengths %u and %u\n", several[0].msg_len, several[1].msg_len);
    CHECK(memcmp(text, "onetwo", 6) == 0);
    CHECK(send(end[0], "", 0, 0) == 0 && recv(end[1], text, 0, MSG_DONTWAIT) >= -1);
    m = (struct msghdr){.msg_iov = room, .msg_iovlen = 1025};
    CHECK_ERRNO(recvmsg(end[1], &m, 0), EMSGSIZE);
    CHECK_ERRNO(sendmsg(end[1], &m, 0), EMSGSIZE);
    return check_done();
}
