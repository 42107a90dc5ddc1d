/* SPDX-License-Identifier: BSD-3-Clause */
/* SO_REUSEPORT: sockets share a port; what comes from one peer's port goes to one of them. */
#include "inet.h"

enum { SHARERS = 4, PEERS = 64 };

static int sharer(const char *text, int type, int port)
{
    int fd = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, type);

    CHECK(int_option(fd, SOL_SOCKET, SO_REUSEPORT) == 0);
    REQUIRE(set_int_option(fd, SOL_SOCKET, SO_REUSEPORT, 1) == 0);
    CHECK(int_option(fd, SOL_SOCKET, SO_REUSEPORT) == 1);
    REQUIRE(bind_address(fd, text, port) == 0);
    return fd;
}

static void share(const char *text, int type, int fds[SHARERS])
{
    fds[0] = sharer(text, type, 0);
    for (int i = 1; i < SHARERS; i++)
        fds[i] = sharer(text, type, own_port(fds[0]));
    int other = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, type);
    CHECK_ERRNO(bind_address(other, text, own_port(fds[0])), EADDRINUSE);
    CHECK(set_int_option(other, SOL_SOCKET, SO_REUSEADDR, 1) == 0); /* is another matter */
    CHECK_ERRNO(bind_address(other, text, own_port(fds[0])), EADDRINUSE);
    close(other);
}

static void datagrams(const char *text)
{
    int fds[SHARERS], heard[SHARERS] = {0}, n = 0;
    char c;

    share(text, SOCK_DGRAM, fds);
    struct address to = own_name(fds[0]);
    for (int i = 0; i < PEERS; i++) {
        int from = new_socket(to.any.sa_family, SOCK_DGRAM), at = -1;
        for (int turn = 0; turn < 3; turn++) {
            CHECK(sendto(from, "x", 1, 0, &to.any, to.length) == 1);
            for (int j = 0; j < SHARERS; j++)
                if (recv(fds[j], &c, 1, MSG_DONTWAIT) == 1) {
                    CHECK(at == -1 || at == j);
                    at = j;
                }
        }
        CHECK(at >= 0);
        heard[at >= 0 ? at : 0]++;
        close(from);
    }
    for (int i = 0; i < SHARERS; i++)
        n += heard[i] > 0;
    CHECK(n >= 3); /* one of four being left out by 64 has a chance of 4 in 10^8 */
    for (int i = 0; i < SHARERS; i++)
        close(fds[i]);
}

static void connections(const char *text)
{
    int fds[SHARERS], heard[SHARERS] = {0}, n = 0, peers[PEERS];

    share(text, SOCK_STREAM, fds);
    for (int i = 0; i < SHARERS; i++)
        CHECK(listen(fds[i], PEERS) == 0 && fcntl(fds[i], F_SETFL, O_NONBLOCK) == 0);
    for (int i = 0; i < PEERS; i++) {
        peers[i] = new_socket(strchr(text, ':') ? AF_INET6 : AF_INET, SOCK_STREAM);
        CHECK(connect_to_socket(peers[i], fds[0]) == 0);
    }
    for (int i = 0; i < SHARERS; i++)
        for (int fd; (fd = accept(fds[i], NULL, NULL)) >= 0; heard[i]++)
            close(fd);
    CHECK(heard[0] + heard[1] + heard[2] + heard[3] == PEERS);
    for (int i = 0; i < SHARERS; i++)
        n += heard[i] > 0;
    CHECK(n >= 3);
    for (int i = 0; i < PEERS; i++)
        close(peers[i]);
    for (int i = 0; i < SHARERS; i++)
        close(fds[i]);
}

int main(void)
{
    datagrams("127.0.0.1");
    datagrams("::1");
    connections("127.0.0.1");
    connections("::1");
    return check_done();
}
