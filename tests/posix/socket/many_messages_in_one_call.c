/* SPDX-License-Identifier: BSD-3-Clause */
/* sendmmsg and recvmmsg move several messages, and report those that were moved before an error. */
#include "local.h"

int main(void)
{
    int pair[2];
    char texts[4][8] = {"one", "two", "three", "four"}, buf[4][8];
    struct iovec out[4], in[4];
    struct mmsghdr sends[4] = {0}, gets[4] = {0};

    new_pair(SOCK_DGRAM, pair);
    for (int i = 0; i < 4; i++) {
        out[i] = (struct iovec){texts[i], strlen(texts[i])};
        in[i] = (struct iovec){buf[i], 4};
        sends[i].msg_hdr = (struct msghdr){.msg_iov = &out[i], .msg_iovlen = 1};
        gets[i].msg_hdr = (struct msghdr){.msg_iov = &in[i], .msg_iovlen = 1};
    }
    CHECK(sendmmsg(pair[0], sends, 4, 0) == 4);
    printf("sent %u %u %u %u\n", sends[0].msg_len, sends[1].msg_len, sends[2].msg_len,
           sends[3].msg_len);
    CHECK(recvmmsg(pair[1], gets, 3, 0, NULL) == 3);
    for (int i = 0; i < 3; i++)
        printf("%.*s, flags %#x\n", (int)gets[i].msg_len, buf[i], gets[i].msg_hdr.msg_flags);
    CHECK(recvmmsg(pair[1], gets, 4, MSG_WAITFORONE, NULL) == 1);
    CHECK_ERRNO(recvmmsg(pair[1], gets, 4, MSG_DONTWAIT, NULL), EAGAIN);
    CHECK(sendmmsg(pair[0], sends, 0, 0) == 0);
    out[2].iov_base = (void *)8;
    CHECK(sendmmsg(pair[0], sends, 4, 0) == 2);
    CHECK_ERRNO(sendmmsg(pair[0], sends + 2, 2, 0), EFAULT);
    struct timespec bad = {0, SEC}, none = {0, 0};
    CHECK_ERRNO(recvmmsg(pair[1], gets, 4, 0, &bad), EINVAL);
    CHECK(recvmmsg(pair[1], gets, 4, 0, &none) == 1);
    CHECK(recvmmsg(pair[1], gets, 4, MSG_DONTWAIT, NULL) == 1);
    return check_done();
}
