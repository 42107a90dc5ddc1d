/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of /proc/net/raw, raw6, icmp and icmp6: sockets of raw packets and of pings; and what
 * /proc/net/sockstat counts of them. */
#include "proc_net.h"
#include "raw.h"

static void show_row(const char *what, const char *table, int fd)
{
    struct proc_row r;

    if (!find_row(table, inode_of(fd), &r)) {
        printf("%s: no row\n", what);
        return;
    }
    printf("%s: %s:%s, to %s:%04X, state %02X, queues %u %s, timer %d, uid %d, "
           "%d columns\n",
           what, r.local,
           r.local_port == EXPERIMENT ? "protocol"
           : r.local_port             ? "port"
                                      : "none",
           r.remote, r.remote_port, r.state, r.tx, r.rx ? "some" : "none", r.timer, r.uid,
           r.columns);
}

static unsigned count(const char *file, const char *word)
{
    char path[64], line[256];
    unsigned n = 0;

    snprintf(path, sizeof(path), "/proc/net/%s", file);
    FILE *f = fopen(path, "r");
    REQUIRE(f != NULL);
    while (fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, word, strlen(word)) == 0)
            sscanf(line + strlen(word), " inuse %u", &n);
    fclose(f);
    return n;
}

static void raw(const char *table, int family, const char *address, const char *statistics,
                const char *word)
{
    unsigned before = count(statistics, word);
    int fd = raw_socket(family, EXPERIMENT);
    struct address to = address_of(address, 0);
    struct proc_row r;

    printf("%s:\n", table);
    CHECK(count(statistics, word) == before + 1);
    show_row("new", table, fd);
    CHECK(bind_address(fd, address, 0) == 0);
    show_row("bound", table, fd);
    CHECK(sendto(fd, "12345", 5, 0, &to.any, to.length) == 5);
    poll_for(fd, POLLIN);
    show_row("unread", table, fd);
    CHECK(connect_address(fd, address, 0) == 0);
    show_row("connected", table, fd);
    unsigned long inode = inode_of(fd);
    close(fd);
    CHECK(!find_row(table, inode, &r));
    CHECK(count(statistics, word) == before);
}

static void ping(const char *table, int family, const char *address)
{
    int fd = socket(family, SOCK_DGRAM, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);

    printf("%s:\n", table);
    REQUIRE(fd >= 0);
    show_row("new", table, fd);
    CHECK(bind_address(fd, address, 0) == 0);
    show_row("bound", table, fd);
    CHECK(connect_address(fd, address, 9) == 0);
    show_row("connected", table, fd);
    close(fd);
}

int main(void)
{
    make_pinging_network();
    raw("raw", AF_INET, "127.0.0.1", "sockstat", "RAW:");
    raw("raw6", AF_INET6, "::1", "sockstat6", "RAW6:");
    ping("icmp", AF_INET, "127.0.0.1");
    ping("icmp6", AF_INET6, "::1");
    return check_done();
}
