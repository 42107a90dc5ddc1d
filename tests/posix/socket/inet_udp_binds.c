/* SPDX-License-Identifier: BSD-3-Clause */
/* Which binds of datagram sockets conflict, and what a bad address is. */
#include "inet.h"

static void try_bind(const char *what, int first, bool reuse_first, const char *text, int type,
                     bool reuse, int v6only)
{
    int fd = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, type);

    CHECK(set_int_option(first, SOL_SOCKET, SO_REUSEADDR, reuse_first) == 0);
    CHECK(set_int_option(fd, SOL_SOCKET, SO_REUSEADDR, reuse) == 0);
    if (strchr(text, ':') != NULL)
        CHECK(set_int_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, v6only) == 0);
    int result = bind_address(fd, text, own_port(first));
    printf("%s, reuse %d %d, v6only %d: %s %s\n", what, reuse_first, reuse, v6only, text,
           result == 0 ? "bound" : strerror(errno));
    close(fd);
}

static void conflicts(int type)
{
    static const char *const holders[] = {"127.0.0.1", "0.0.0.0", "::1", "::"};
    static const char *const takers[] = {"127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::"};

    for (unsigned i = 0; i < 4; i++) {
        int first = bound_socket(type, holders[i]);
        for (unsigned j = 0; j < 5; j++) {
            try_bind(holders[i], first, false, takers[j], type, false, 0);
            try_bind(holders[i], first, false, takers[j], type, true, 1);
            try_bind(holders[i], first, true, takers[j], type, false, 1);
            try_bind(holders[i], first, true, takers[j], type, true, 0);
        }
        close(first);
    }
}

int main(void)
{
    int fd = bound_socket(SOCK_DGRAM, "127.0.0.1"), v6 = new_socket(AF_INET6, SOCK_DGRAM);
    struct address a = address_of("127.0.0.1", 0), b = address_of("::1", 0);

    CHECK_ERRNO(bind(fd, &a.any, a.length), EINVAL);
    close(fd);
    fd = new_socket(AF_INET, SOCK_DGRAM);
    CHECK_ERRNO(bind_address(fd, "192.0.2.1", 0), EADDRNOTAVAIL);
    CHECK_ERRNO(bind_address(v6, "2001:db8::1", 0), EADDRNOTAVAIL);
    CHECK_ERRNO(bind(fd, &a.any, a.length - 1), EINVAL);
    CHECK_ERRNO(bind(v6, &b.any, 23), EINVAL);
    CHECK_ERRNO(bind(fd, &a.any, 0), EINVAL);
    CHECK_ERRNO(bind(v6, &a.any, a.length), EINVAL);
    b.any.sa_family = AF_INET;
    CHECK_ERRNO(bind(v6, &b.any, b.length), EAFNOSUPPORT);
    a.any.sa_family = AF_INET6;
    CHECK_ERRNO(bind(fd, &a.any, a.length), EAFNOSUPPORT);
    a.any.sa_family = AF_UNSPEC;
    CHECK_ERRNO(bind(fd, &a.any, a.length), EAFNOSUPPORT);
    a.v4.sin_addr.s_addr = 0;
    CHECK(bind(fd, &a.any, a.length) == 0);
    a = own_name(fd);
    show_address("unnamed family", &a);
    CHECK(set_int_option(v6, IPPROTO_IPV6, IPV6_V6ONLY, 1) == 0);
    CHECK_ERRNO(bind_address(v6, "::ffff:127.0.0.1", 0), EINVAL);
    CHECK(set_int_option(v6, IPPROTO_IPV6, IPV6_V6ONLY, 0) == 0);
    CHECK(bind_address(v6, "::ffff:127.0.0.1", 0) == 0);
    a = own_name(v6);
    show_address("mapped", &a);
    CHECK_ERRNO(set_int_option(v6, IPPROTO_IPV6, IPV6_V6ONLY, 1), EINVAL);
    conflicts(SOCK_DGRAM);
    return check_done();
}
