/* SPDX-License-Identifier: BSD-3-Clause */
/* What happens to a connection before accept is there afterwards: bytes, the end, a reset. */
#include "inet.h"

int main(void)
{
    int server = listening_socket("127.0.0.1", 5), fd, end;
    struct linger none = {1, 0};
    struct address a = {.length = sizeof(a.v6)};
    char text[16];

    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_to_socket(fd, server) == 0);
    CHECK(write(fd, "early", 5) == 5);
    poll_for(server, POLLIN);
    end = accept(server, NULL, NULL);
    CHECK(recv(end, text, 5, MSG_WAITALL) == 5 && memcmp(text, "early", 5) == 0);
    CHECK(write(end, "back", 4) == 4 && recv(fd, text, 4, MSG_WAITALL) == 4);
    close(end);
    close(fd);

    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_to_socket(fd, server) == 0 && write(fd, "all", 3) == 3 && close(fd) == 0);
    end = accept(server, NULL, NULL);
    CHECK(recv(end, text, 16, MSG_WAITALL) == 3 && read(end, text, 1) == 0);
    close(end);

    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_to_socket(fd, server) == 0);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none)) == 0 && close(fd) == 0);
    poll_for(server, POLLIN);
    end = accept(server, &a.any, &a.length);
    CHECK(end >= 0);
    show_address("reset", &a);
    CHECK_ERRNO(read(end, text, 1), ECONNRESET);
    close(end);

    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_to_socket(fd, server) == 0);
    end = dup(server);
    close(server); /* the other descriptor keeps it */
    server = end;
    end = accept(server, NULL, NULL);
    CHECK(end >= 0);
    int copy = dup(end);
    close(end);
    CHECK(write(copy, "x", 1) == 1 && read(fd, text, 1) == 1);
    close(copy);
    CHECK(read(fd, text, 1) == 0);
    return check_done();
}
