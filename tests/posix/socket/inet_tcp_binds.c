/* SPDX-License-Identifier: BSD-3-Clause */
/* Which binds of TCP sockets conflict, beside one that is bound, one that listens. */
#include "inet.h"

static void try_bind(int first, const char *what, bool reuse_first, const char *text, bool reuse,
                     int v6only)
{
    int fd = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_STREAM);

    CHECK(set_int_option(fd, SOL_SOCKET, SO_REUSEADDR, reuse) == 0);
    if (strchr(text, ':') != NULL)
        CHECK(set_int_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, v6only) == 0);
    int result = bind_address(fd, text, own_port(first));
    printf("%s, reuse %d %d, v6only %d: %s %s", what, reuse_first, reuse, v6only, text,
           result == 0 ? "bound" : strerror(errno));
    if (result == 0)
        printf(", %s", listen(fd, 1) == 0 ? "listens" : strerror(errno));
    putchar('\n');
    close(fd);
}

static void conflicts(const char *holder, bool listens, bool reuse)
{
    static const char *const takers[] = {"127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::"};
    int first = new_socket(strchr(holder, ':') ? AF_INET6 : AF_INET, SOCK_STREAM);

    CHECK(set_int_option(first, SOL_SOCKET, SO_REUSEADDR, reuse) == 0);
    REQUIRE(bind_address(first, holder, 0) == 0);
    if (listens)
        CHECK(listen(first, 1) == 0);
    printf("%s %s\n", holder, listens ? "listens" : "is bound");
    for (int i = 0; i < 5; i++) {
        try_bind(first, holder, reuse, takers[i], false, 1);
        try_bind(first, holder, reuse, takers[i], true, 0);
        try_bind(first, holder, reuse, takers[i], true, 1);
    }
    close(first);
}

int main(void)
{
    static const char *const holders[] = {"127.0.0.1", "0.0.0.0", "::1", "::"};

    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            conflicts(holders[i], j & 1, j & 2);
    return check_done();
}
