/* SPDX-License-Identifier: BSD-3-Clause */
/* What a full receive buffer does not take is lost; the first are kept, later ones come again. */
#include "inet.h"

int main(void)
{
    int fd = bound_socket(SOCK_DGRAM, "127.0.0.1"), other = new_socket(AF_INET, SOCK_DGRAM);
    static char block[1000];
    struct address name = own_name(fd);
    int n = 0, last = -1;

    CHECK(set_int_option(fd, SOL_SOCKET, SO_RCVBUF, 20000) == 0);
    CHECK(int_option(fd, SOL_SOCKET, SO_RCVBUF) == 40000);
    CHECK(connect(other, &name.any, name.length) == 0);
    for (int i = 0; i < 1000; i++) {
        memcpy(block, &i, sizeof(i));
        CHECK(send(other, block, sizeof(block), 0) == sizeof(block));
    }
    for (; recv(fd, block, sizeof(block), MSG_DONTWAIT) == sizeof(block); n++) {
        memcpy(&last, block, sizeof(last));
        CHECK(last == n);
    }
    CHECK(errno == EAGAIN && n >= 5 && n <= 60);
    CHECK(send(other, "x", 1, 0) == 1 && recv(fd, block, sizeof(block), 0) == 1);
    return check_done();
}
