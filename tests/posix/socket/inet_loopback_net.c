/* SPDX-License-Identifier: BSD-3-Clause */
/* All addresses of 127.0.0.0/8 are this machine's; "any" as a destination is the loopback one. */
#include "inet.h"

int main(void)
{
    int fd = bound_socket(SOCK_DGRAM, "127.1.2.3"), any = bound_socket(SOCK_DGRAM, "0.0.0.0");
    int from = new_socket(AF_INET, SOCK_DGRAM);
    struct address a = own_name(fd);
    char c;

    CHECK(sendto(from, "a", 1, 0, &a.any, a.length) == 1);
    CHECK(recvfrom(fd, &c, 1, 0, &a.any, &a.length) == 1 && c == 'a');
    show_address("from", &a);
    CHECK(sendto(fd, "b", 1, 0, &a.any, a.length) == 1);
    CHECK(recvfrom(from, &c, 1, 0, &a.any, &a.length) == 1 && c == 'b');
    show_address("back from", &a);
    a = address_of("127.200.0.1", own_port(any));
    CHECK(sendto(from, "c", 1, 0, &a.any, a.length) == 1 && recv(any, &c, 1, 0) == 1 && c == 'c');
    a = address_of("0.0.0.0", own_port(any));
    CHECK(sendto(from, "d", 1, 0, &a.any, a.length) == 1 && recv(any, &c, 1, 0) == 1 && c == 'd');
    CHECK(connect(from, &a.any, a.length) == 0);
    a.length = sizeof(a.v6);
    CHECK(getpeername(from, &a.any, &a.length) == 0);
    show_address("peer", &a);
    a = own_name(from);
    show_address("own", &a);
    close(from);
    from = new_socket(AF_INET, SOCK_DGRAM);
    CHECK(connect_address(from, "127.9.9.9", own_port(fd)) == 0);
    a = own_name(from);
    show_address("own", &a);
    CHECK(send(from, "x", 1, 0) == 1);
    poll_for(from, POLLERR);
    CHECK(int_option(from, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
    return check_done();
}
