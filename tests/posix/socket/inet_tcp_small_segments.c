/* SPDX-License-Identifier: BSD-3-Clause */
/* test: mem=96M timeout=240 */
/* Many single bytes that nobody reads: what they cost in memory is bounded, and they are all there
 * in their order. */
#include "inet.h"

enum { CONNECTIONS = 4, BYTES = 60000 };

static bool take(int fd, int total)
{
    static unsigned char data[4096];

    for (int all = 0; all < total;) {
        ssize_t n = read(fd, data, sizeof(data));
        REQUIRE(n > 0);
        for (ssize_t i = 0; i < n; i++, all++)
            if (data[i] != (unsigned char)(all * 3 + all / 256))
                return false;
    }
    return true;
}

int main(void)
{
    int end[CONNECTIONS][2], sent[CONNECTIONS] = {0}, buffer = 100000;

    for (int i = 0; i < CONNECTIONS; i++) {
        int server = bound_socket(SOCK_STREAM, "127.0.0.1");
        REQUIRE(set_int_option(server, SOL_SOCKET, SO_RCVBUF, buffer) == 0);
        REQUIRE(listen(server, 1) == 0);
        end[i][0] = new_socket(AF_INET, SOCK_STREAM);
        REQUIRE(connect_to_socket(end[i][0], server) == 0);
        end[i][1] = accept(server, NULL, NULL);
        close(server);
        REQUIRE(set_int_option(end[i][0], IPPROTO_TCP, TCP_NODELAY, 1) == 0);
        for (; sent[i] < BYTES; sent[i]++) {
            unsigned char c = (unsigned char)(sent[i] * 3 + sent[i] / 256);
            if (send(end[i][0], &c, 1, MSG_DONTWAIT) != 1)
                break;
        }
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        CHECK(sent[i] > 1000);
        CHECK(take(end[i][1], sent[i]));
        close(end[i][0]);
        close(end[i][1]);
    }
    return check_done();
}
