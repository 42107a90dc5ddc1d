/* SPDX-License-Identifier: BSD-3-Clause */
/* IP_FREEBIND and IP_TRANSPARENT: a socket may be bound to an address that is not ours. */
#include "inet.h"

static void try_option(int family, int type, int level, int option, const char *foreign)
{
    int fd = new_socket(family, type);

    CHECK_ERRNO(bind_address(fd, foreign, 0), EADDRNOTAVAIL);
    CHECK(int_option(fd, level, option) == 0);
    CHECK(set_int_option(fd, level, option, 1) == 0 && int_option(fd, level, option) == 1);
    CHECK(bind_address(fd, foreign, 0) == 0);
    struct address a = own_name(fd);
    show_address("bound to", &a);
    if (type == SOCK_STREAM)
        CHECK(listen(fd, 1) == 0);
    close(fd);
}

int main(void)
{
    for (int type = SOCK_STREAM; type <= SOCK_DGRAM; type++) {
        try_option(AF_INET, type, IPPROTO_IP, IP_FREEBIND, "10.255.1.2");
        try_option(AF_INET, type, IPPROTO_IP, IP_TRANSPARENT, "10.255.1.2");
        try_option(AF_INET6, type, IPPROTO_IPV6, 78, "fd12::34"); /* IPV6_FREEBIND */
    }
    return check_done();
}
