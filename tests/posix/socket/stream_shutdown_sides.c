/* SPDX-License-Identifier: BSD-3-Clause */
/* What both ends see after shutdown of each side. */
#include "local.h"

static void try_side(int type, int how)
{
    int pair[2];
    char buf[8];

    new_pair(type, pair);
    CHECK(write(pair[0], "ab", 2) == 2 && write(pair[1], "cd", 2) == 2);
    CHECK(shutdown(pair[0], how) == 0);
    printf("type %d, side %d: polls %#x %#x", type, how, poll_now(pair[0]), poll_now(pair[1]));
    for (int i = 0; i < 2; i++) {
        ssize_t n = recv(pair[i], buf, 8, MSG_DONTWAIT);
        printf("; %d", n < 0 ? -errno : (int)n);
        n = recv(pair[i], buf, 8, MSG_DONTWAIT);
        printf(" %d", n < 0 ? -errno : (int)n);
        n = send(pair[i], "x", 1, MSG_NOSIGNAL);
        printf(" %d", n < 0 ? -errno : (int)n);
    }
    putchar('\n');
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    for (int how = 0; how < 3; how++) {
        try_side(SOCK_STREAM, how);
        try_side(SOCK_SEQPACKET, how);
        try_side(SOCK_DGRAM, how);
    }
    int fd = new_socket(SOCK_STREAM);
    CHECK(shutdown(fd, SHUT_RDWR) == 0);
    printf("unconnected: %#x\n", poll_now(fd));
    int server = listening(SOCK_STREAM, "@test.shut", 2);
    printf("listening: %#x\n", poll_now(server));
    CHECK(shutdown(server, SHUT_RD) == 0);
    printf("shut: %#x\n", poll_now(server));
    CHECK_ERRNO(accept(server, NULL, NULL), EINVAL);
    CHECK_ERRNO(connect_to(new_socket(SOCK_STREAM), "@test.shut"), ECONNREFUSED);
    return check_done();
}
