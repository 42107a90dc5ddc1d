/* SPDX-License-Identifier: BSD-3-Clause */
/* listen: without a bind, twice, where somebody listens already; the end of a listening socket. */
#include "inet.h"

static void *accepts(void *argument)
{
    int fd = accept((int)(intptr_t)argument, NULL, NULL);
    printf("accept: %s\n", fd < 0 ? strerror(errno) : "accepted");
    return NULL;
}

int main(void)
{
    int server = new_socket(AF_INET, SOCK_STREAM), other, fd;
    struct address a;
    pthread_t thread;
    char c;

    printf("new: ACCEPTCONN %d, poll %#x\n", int_option(server, SOL_SOCKET, SO_ACCEPTCONN),
           (unsigned)poll_now(server));
    CHECK(listen(server, -1) == 0);
    CHECK(listen(server, 3) == 0);
    a = own_name(server);
    show_address("listens", &a);
    printf("ACCEPTCONN %d, poll %#x\n", int_option(server, SOL_SOCKET, SO_ACCEPTCONN),
           (unsigned)poll_now(server));
    CHECK_ERRNO(read(server, &c, 1), ENOTCONN);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(write(server, "x", 1), EPIPE);
    other = new_socket(AF_INET, SOCK_STREAM);
    CHECK_ERRNO(bind_address(other, "127.0.0.1", port_of(&a)), EADDRINUSE);
    CHECK(set_int_option(other, SOL_SOCKET, SO_REUSEADDR, 1) == 0);
    CHECK_ERRNO(bind_address(other, "127.0.0.1", port_of(&a)), EADDRINUSE);
    CHECK(shutdown(server, SHUT_WR) == 0);
    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_address(fd, "127.0.0.1", port_of(&a)) == 0);
    printf("a connection waits: poll %#x\n", (unsigned)poll_for(server, POLLIN));
    close(server); /* nobody accepts it */
    poll_for(fd, POLLHUP);
    CHECK_ERRNO(read(fd, &c, 1), ECONNRESET);
    close(fd);

    server = listening_socket("127.0.0.1", 5);
    thread = start_asleep(accepts, (void *)(intptr_t)server);
    CHECK(shutdown(server, SHUT_RD) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_ERRNO(accept(server, NULL, NULL), EINVAL);
    printf("shut down: poll %#x\n", (unsigned)poll_now(server));
    CHECK(listen(server, 5) == 0);
    thread = start_asleep(accepts, (void *)(intptr_t)server);
    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_to_socket(fd, server) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    return check_done();
}
