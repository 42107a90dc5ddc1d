/* SPDX-License-Identifier: BSD-3-Clause */
/* A client comes again from the same port, at once, when the server has closed first. */
#include "inet.h"

static void again(const char *text)
{
    int server = listening_socket(text, 5), port = 0, on = 1;
    char c;

    for (int i = 0; i < 20; i++) {
        int fd = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_STREAM), end;
        CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0);
        REQUIRE(bind_address(fd, text, port) == 0);
        port = own_port(fd);
        REQUIRE(connect_to_socket(fd, server) == 0);
        end = accept(server, NULL, NULL);
        CHECK(write(fd, "x", 1) == 1 && read(end, &c, 1) == 1);
        close(end); /* which waits for old segments from now on */
        CHECK(read(fd, &c, 1) == 0);
        close(fd);
    }
    close(server);
}

int main(void)
{
    again("127.0.0.1");
    again("::1");
    return check_done();
}
