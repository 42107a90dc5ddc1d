/* SPDX-License-Identifier: BSD-3-Clause */
/* What the programs about /proc/net share. Any thread; take() one at a time. */
#ifndef TESTS_POSIX_PROC_NET_H
#define TESTS_POSIX_PROC_NET_H

#include "check.h"

/* The bytes of one of its files, as take() has read them last. */
UNUSED static char text[1 << 20];

UNUSED static void take(const char *name)
{
    char path[64];
    ssize_t n, all = 0;

    snprintf(path, sizeof(path), "/proc/net/%s", name);
    int fd = open(path, O_RDONLY);
    REQUIRE(fd >= 0);
    while ((n = read(fd, text + all, sizeof(text) - 1 - (size_t)all)) > 0)
        all += n;
    REQUIRE(n == 0 && close(fd) == 0);
    text[all] = '\0';
}

/* One row. */
struct proc_row {
    char local[33], remote[33];
    int local_port, remote_port;
    unsigned state, tx, rx, timer;
    int uid, columns;
    unsigned long inode;
    size_t length;
};

UNUSED static unsigned long inode_of(int fd)
{
    struct stat st;

    REQUIRE(fstat(fd, &st) == 0);
    return st.st_ino;
}

UNUSED static int columns_of(const char *line)
{
    int n = 0;

    for (bool in = false; *line != '\0'; line++) {
        n += *line != ' ' && *line != '\n' && !in;
        in = *line != ' ';
    }
    return n;
}

UNUSED static void parse_row(const char *line, struct proc_row *r)
{
    r->length = strlen(line);
    r->columns = columns_of(line);
    REQUIRE(sscanf(line, " %*d: %32[0-9A-F]:%x %32[0-9A-F]:%x %x %x:%x %x:%*x %*x %d %*d %lu",
                   r->local, (unsigned *)&r->local_port, r->remote, (unsigned *)&r->remote_port,
                   &r->state, &r->tx, &r->rx, &r->timer, &r->uid, &r->inode) == 10);
}

/* How long a line is made, or 0: of IPv6 it depends on the numbers. */
UNUSED static int filled(const struct proc_row *r)
{
    return strlen(r->local) == 8 ? (int)r->length : 0;
}

/* The row of an inode, or (0) of two ports. */
UNUSED static bool find(const char *table, unsigned long inode, int port, int peer,
                        struct proc_row *r)
{
    char path[64], line[256];
    bool found = false;

    snprintf(path, sizeof(path), "/proc/net/%s", table);
    FILE *f = fopen(path, "r");
    REQUIRE(f != NULL && fgets(line, sizeof(line), f) != NULL);
    while (!found && fgets(line, sizeof(line), f) != NULL) {
        parse_row(line, r);
        found = inode != 0 ? r->inode == inode : r->local_port == port && r->remote_port == peer;
    }
    fclose(f);
    return found;
}

UNUSED static bool find_row(const char *table, unsigned long inode, struct proc_row *r)
{
    return find(table, inode, 0, 0, r);
}

UNUSED static bool find_ports(const char *table, int port, int peer, struct proc_row *r)
{
    return find(table, 0, port, peer, r);
}

#endif
