/* SPDX-License-Identifier: BSD-3-Clause */
/* SO_BINDTODEVICE and SO_BINDTOIFINDEX: a socket of one interface. */
#include "inet.h"

#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

static void try_type(int type)
{
    int fd = new_socket(AF_INET, type), peer;
    char name[16] = "?";
    socklen_t length = sizeof(name);

    CHECK(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &length) == 0 && length == 0);
    CHECK(int_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX) == 0);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "none-such", 10), ENODEV);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2) == 0);
    length = sizeof(name);
    CHECK(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &length) == 0);
    printf("bound to %s, %u bytes, index %d\n", name, (unsigned)length,
           int_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX));
    length = 15;
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &length), EINVAL);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "", 0) == 0);
    CHECK(int_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX) == 0);
    CHECK(set_int_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX, 4711) == 0); /* perhaps one day */
    CHECK(int_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX) == 4711);
    CHECK_ERRNO(set_int_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX, -1), EINVAL);
    CHECK(set_int_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX, 1) == 0);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, (void *)8, 3), EFAULT);

    /* It works on that interface. */
    CHECK(bind_address(fd, "0.0.0.0", 0) == 0);
    peer = new_socket(AF_INET, type);
    if (type == SOCK_STREAM)
        CHECK(listen(fd, 1) == 0);
    CHECK(connect_address(peer, "127.0.0.1", own_port(fd)) == 0);
    if (type == SOCK_DGRAM) {
        char c;
        struct address to = own_name(peer);
        CHECK(send(peer, "x", 1, 0) == 1 && recv(fd, &c, 1, 0) == 1);
        CHECK(sendto(fd, "y", 1, 0, &to.any, to.length) == 1 && recv(peer, &c, 1, 0) == 1 &&
              c == 'y');
    } else {
        int end = accept(fd, NULL, NULL);
        CHECK(end >= 0 && int_option(end, SOL_SOCKET, SO_BINDTOIFINDEX) == 1);
        close(end);
    }
    close(peer);
    close(fd);
}

int main(void)
{
    try_type(SOCK_DGRAM);
    try_type(SOCK_STREAM);
    return check_done();
}
