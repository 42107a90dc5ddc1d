/* SPDX-License-Identifier: BSD-3-Clause */
/* A thousand connections in turn, and a hundred at once; the server comes again at its port. */
#include "inet.h"

static int server;

static void *serve(void *argument)
{
    char c;

    for (int i = 0; i < (int)(intptr_t)argument; i++) {
        int fd = accept(server, NULL, NULL);
        REQUIRE(fd >= 0);
        REQUIRE(read(fd, &c, 1) == 1 && write(fd, &c, 1) == 1);
        if (i % 2 == 0) /* now one side closes first, now the other */
            REQUIRE(read(fd, &c, 1) == 0);
        close(fd);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread;
    int fd[100], on = 1;

    server = listening_socket("127.0.0.1", 100);
    thread = start(serve, (void *)1000);
    for (int i = 0; i < 1000; i++) {
        char c = (char)i, back;
        int one = new_socket(AF_INET, SOCK_STREAM);
        REQUIRE(connect_to_socket(one, server) == 0);
        REQUIRE(write(one, &c, 1) == 1 && read(one, &back, 1) == 1 && back == c);
        if (i % 2 == 1)
            REQUIRE(read(one, &c, 1) == 0);
        close(one);
    }
    CHECK(pthread_join(thread, NULL) == 0);
    for (int i = 0; i < 100; i++) {
        fd[i] = new_socket(AF_INET, SOCK_STREAM);
        REQUIRE(connect_to_socket(fd[i], server) == 0);
    }
    thread = start(serve, (void *)100);
    for (int i = 0; i < 100; i++) {
        char c = (char)i, back;
        REQUIRE(write(fd[i], &c, 1) == 1 && read(fd[i], &back, 1) == 1 && back == c);
        close(fd[i]);
    }
    CHECK(pthread_join(thread, NULL) == 0);
    int port = own_port(server);
    close(server);
    server = new_socket(AF_INET, SOCK_STREAM);
    CHECK_ERRNO(bind_address(server, "127.0.0.1", port), EADDRINUSE);
    close(server);
    server = new_socket(AF_INET, SOCK_STREAM);
    CHECK(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0);
    CHECK(bind_address(server, "127.0.0.1", port) == 0 || errno == EADDRINUSE);
    return check_done();
}
