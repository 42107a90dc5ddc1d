/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* /proc/net/tcp and udp are read while threads make and end connections: each line is whole, and
 * the socket that stays is in each reading. */
#include "inet.h"
#include "proc_net.h"

static atomic_bool stop;

static void *come_and_go(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        int end[2], u = bound_socket(SOCK_DGRAM, "127.0.0.1");
        struct linger at_once = {1, 0};

        new_connection("127.0.0.1", end);
        REQUIRE(write(end[0], "x", 1) == 1);
        REQUIRE(setsockopt(end[0], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
        close(end[0]);
        close(end[1]);
        close(u);
    }
    return NULL;
}

int main(void)
{
    int server = listening_socket("127.0.0.1", 1), u = bound_socket(SOCK_DGRAM, "127.0.0.1");
    pthread_t threads[2];
    struct proc_row r;

    for (int i = 0; i < 2; i++)
        REQUIRE(pthread_create(&threads[i], NULL, come_and_go, NULL) == 0);
    for (int i = 0; i < 200; i++) {
        REQUIRE(find_row("tcp", inode_of(server), &r) && r.state == 10);
        REQUIRE(find_row("udp", inode_of(u), &r));
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    close(server);
    close(u);
    return check_done();
}
