/* SPDX-License-Identifier: BSD-3-Clause */
/* A broadcast reaches every socket that is bound to its port and to any address, or to its own. */
#include "inet.h"

int main(void)
{
    static const char *const at[] = {"0.0.0.0", "0.0.0.0", "127.255.255.255", "127.0.0.1"};
    int from = new_socket(AF_INET, SOCK_DGRAM), fds[4], port = 0;
    char c;

    for (int i = 0; i < 4; i++) {
        fds[i] = new_socket(AF_INET, SOCK_DGRAM);
        CHECK(set_int_option(fds[i], SOL_SOCKET, SO_REUSEADDR, 1) == 0);
        CHECK(bind_address(fds[i], at[i], port) == 0);
        port = own_port(fds[i]);
    }
    struct address to = address_of("127.255.255.255", port);
    CHECK_ERRNO(sendto(from, "x", 1, 0, &to.any, to.length), EACCES);
    CHECK_ERRNO(connect(from, &to.any, to.length), EACCES);
    CHECK(set_int_option(from, SOL_SOCKET, SO_BROADCAST, 1) == 0);
    CHECK(sendto(from, "x", 1, 0, &to.any, to.length) == 1);
    for (int i = 0; i < 4; i++)
        printf("at %s: %s\n", at[i],
               recv(fds[i], &c, 1, MSG_DONTWAIT) == 1 ? "heard" : "not heard");
    CHECK(connect(from, &to.any, to.length) == 0 && send(from, "y", 1, 0) == 1);
    for (int i = 0; i < 3; i++)
        CHECK(recv(fds[i], &c, 1, MSG_DONTWAIT) == 1 && c == 'y');
    /* To one alone: the last that was bound to any. */
    to = address_of("127.0.0.7", port);
    from = new_socket(AF_INET, SOCK_DGRAM);
    CHECK(sendto(from, "z", 1, 0, &to.any, to.length) == 1);
    for (int i = 0; i < 4; i++)
        printf("at %s: %s\n", at[i],
               recv(fds[i], &c, 1, MSG_DONTWAIT) == 1 ? "heard" : "not heard");
    return check_done();
}
