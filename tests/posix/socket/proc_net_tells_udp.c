/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of /proc/net/udp and udp6: states, addresses, queues, inodes, widths of lines. */
#include "inet.h"
#include "proc_net.h"

static void show_row(const char *what, const char *table, int fd)
{
    struct proc_row r;

    if (!find_row(table, inode_of(fd), &r)) {
        printf("%s: no row\n", what);
        return;
    }
    printf("%s: %s port %d, to %s %s, state %02X, queues %u %s, timer %d, uid %d, "
           "%d bytes, %d columns\n",
           what, r.local, r.local_port == own_port(fd), r.remote,
           r.remote_port ? "port" : "no port", r.state, r.tx, r.rx ? "some" : "none", r.timer,
           r.uid, filled(&r), r.columns);
}

static void family(const char *table, const char *address, const char *any)
{
    int family = strchr(address, ':') ? AF_INET6 : AF_INET;
    int a = new_socket(family, SOCK_DGRAM), b = bound_socket(SOCK_DGRAM, address);
    struct address to = own_name(b);
    struct proc_row r;

    printf("%s:\n", table);
    show_row("new", table, a);
    show_row("bound", table, b);
    REQUIRE(bind_address(a, any, 0) == 0);
    show_row("bound to any", table, a);
    REQUIRE(sendto(a, "12345", 5, 0, &to.any, to.length) == 5);
    poll_for(b, POLLIN);
    show_row("unread", table, b);
    REQUIRE(connect(a, &to.any, to.length) == 0);
    show_row("connected", table, a);
    unsigned long inode = inode_of(b);
    close(b);
    CHECK(!find_row(table, inode, &r));
    close(a);
}

int main(void)
{
    family("udp", "127.0.0.1", "0.0.0.0");
    family("udp6", "::1", "::");
    return check_done();
}
