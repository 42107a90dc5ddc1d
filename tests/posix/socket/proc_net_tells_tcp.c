/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of /proc/net/tcp and tcp6: states, addresses, queues, inodes, widths of lines. */
#include "inet.h"
#include "proc_net.h"

static void show_row(const char *what, const char *table, int fd)
{
    struct proc_row r;

    if (!find_row(table, inode_of(fd), &r)) {
        printf("%s: no row\n", what);
        return;
    }
    printf("%s: %s port %d, to %s %s, state %02X, queues %u %u, timer %d, uid %d, "
           "%d bytes, %d columns\n",
           what, r.local, r.local_port == own_port(fd), r.remote,
           r.remote_port ? "port" : "no port", r.state, r.tx, r.rx, r.timer != 0, r.uid, filled(&r),
           r.columns);
}

/* States may change a little later. */
static void await_state(const char *table, int fd, unsigned state)
{
    struct proc_row r;

    do
        sched_yield();
    while (find_row(table, inode_of(fd), &r) && r.state != state);
}

/* A row that no file has: after close, in TIME_WAIT. */
static void show_over(const char *what, const char *table, int port, int peer)
{
    struct proc_row r;

    while (!find_ports(table, port, peer, &r) || r.state != 6)
        sched_yield();
    printf("%s: state %02X, inode %lu, timer %02X, %d bytes, %d columns\n", what, r.state, r.inode,
           r.timer, filled(&r), r.columns);
}

static void family(const char *table, const char *address)
{
    int end[2], server = listening_socket(address, 5), port, peer;
    int family = strchr(address, ':') ? AF_INET6 : AF_INET;

    printf("%s:\n", table);
    show_row("listening", table, server);
    end[0] = new_socket(family, SOCK_STREAM);
    show_row("new", table, end[0]);
    REQUIRE(connect_to_socket(end[0], server) == 0);
    poll_for(server, POLLIN);
    show_row("one waits", table, server);
    end[1] = accept(server, NULL, NULL);
    show_row("none waits", table, server);
    show_row("connected", table, end[0]);
    show_row("accepted", table, end[1]);
    REQUIRE(write(end[0], "12345", 5) == 5);
    poll_for(end[1], POLLIN);
    show_row("unread", table, end[1]);
    REQUIRE(shutdown(end[0], SHUT_WR) == 0);
    await_state(table, end[0], 5);
    show_row("shut down", table, end[0]);
    show_row("half closed", table, end[1]);
    char data[10];
    REQUIRE(read(end[1], data, sizeof(data)) == 5 && read(end[1], data, sizeof(data)) == 0);
    show_row("read to the end", table, end[1]);
    port = own_port(end[0]);
    peer = own_port(server);
    close(end[1]);
    close(end[0]);
    show_over("over", table, port, peer);
    close(server);
}

/* Of IPv4, by sockets of IPv6: in the table of the socket, and not in the other. */
static void mapped(void)
{
    int end[2], server = new_socket(AF_INET6, SOCK_STREAM), port, peer;
    struct proc_row r;

    REQUIRE(bind_address(server, "::", 0) == 0 && listen(server, 1) == 0);
    peer = own_port(server);
    end[0] = new_socket(AF_INET6, SOCK_STREAM);
    REQUIRE(connect_address(end[0], "::ffff:127.0.0.1", peer) == 0);
    end[1] = accept(server, NULL, NULL);
    printf("mapped:\n");
    show_row("server", "tcp6", server);
    show_row("client", "tcp6", end[0]);
    show_row("accepted", "tcp6", end[1]);
    CHECK(!find_row("tcp", inode_of(end[0]), &r) && !find_row("tcp", inode_of(end[1]), &r));
    port = own_port(end[0]);
    close(end[0]);
    close(end[1]);
    show_over("over", "tcp6", port, peer);
    close(server);
}

int main(void)
{
    family("tcp", "127.0.0.1");
    family("tcp6", "::1");
    mapped();
    return check_done();
}
