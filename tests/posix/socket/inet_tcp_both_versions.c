/* SPDX-License-Identifier: BSD-3-Clause */
/* A listening socket of AF_INET6 takes connections of IPv4, unless IPV6_V6ONLY is set. */
#include "inet.h"

static void try_client(int server, const char *text)
{
    int fd = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_STREAM), end;
    struct address a = {.length = sizeof(a.v6)};
    char c;

    printf("to %s\n", text);
    if (connect_address(fd, text, own_port(server)) != 0) {
        printf("  %s\n", strerror(errno));
        close(fd);
        return;
    }
    end = accept(server, &a.any, &a.length);
    REQUIRE(end >= 0);
    show_address("  accepted", &a);
    a = own_name(end);
    show_address("  own", &a);
    a = own_name(fd);
    show_address("  client", &a);
    CHECK(write(end, "x", 1) == 1 && read(fd, &c, 1) == 1 && c == 'x');
    close(fd);
    close(end);
}

int main(void)
{
    int server = listening_socket("::", 5), only = new_socket(AF_INET6, SOCK_STREAM), fd;

    try_client(server, "127.0.0.1");
    try_client(server, "::1");
    try_client(server, "::ffff:127.0.0.1");
    try_client(server, "127.3.2.1");
    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK_ERRNO(bind_address(fd, "0.0.0.0", own_port(server)), EADDRINUSE);
    CHECK(set_int_option(only, IPPROTO_IPV6, IPV6_V6ONLY, 1) == 0);
    CHECK(bind_address(only, "::", 0) == 0 && listen(only, 5) == 0);
    try_client(only, "127.0.0.1");
    try_client(only, "::1");
    CHECK(bind_address(fd, "0.0.0.0", own_port(only)) == 0 && listen(fd, 5) == 0);
    try_client(fd, "127.0.0.1");
    try_client(fd, "::ffff:127.0.0.1");
    server = listening_socket("::ffff:127.0.0.1", 5);
    try_client(server, "127.0.0.1");
    only = new_socket(AF_INET6, SOCK_STREAM);
    CHECK(set_int_option(only, IPPROTO_IPV6, IPV6_V6ONLY, 1) == 0);
    CHECK_ERRNO(connect_address(only, "::ffff:127.0.0.1", own_port(fd)), ENETUNREACH);
    return check_done();
}
