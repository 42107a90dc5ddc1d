/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What /proc/net tells of internet sockets: copies of the protocols' tables, so that nothing is
 * locked while they become text. inet_tables.c makes the copies, under net_core; proc_inet.c the
 * text. A program without sockets links no protocols (struct interface_source): its tables are
 * empty.
 */
#ifndef NET_INET_TABLES_H
#define NET_INET_TABLES_H

#include <hermit/types.h>

#include "lwip/stats.h"

struct text;

enum inet_table {
    INET_TABLE_TCP,
    INET_TABLE_TCP6,
    INET_TABLE_UDP,
    INET_TABLE_UDP6,
    INET_TABLE_RAW,
    INET_TABLE_RAW6,
    INET_TABLE_PING,
    INET_TABLE_PING6
};

/* One end of a connection: of IPv4 the first word alone. */
struct inet_end {
    uint32_t ip[4]; /* as the network has it */
    uint16_t port;
};

struct inet_row {
    struct inet_end local, remote;
    /* Linux keeps less of a connection that is not accepted yet, or that is over. */
    enum { INET_ROW_SOCKET, INET_ROW_REQUEST, INET_ROW_OVER } kind;
    uint8_t state; /* as Linux numbers them */
    uint8_t timer; /* 0: none, 1: retransmission, 2: keepalive, 3: TIME_WAIT, 4: closed window */
    uint32_t tx, rx;
    uint32_t due;            /* the timer, from now; as rto in 1/100 s */
    unsigned resent, probes; /* how often one after the other */
    unsigned rto, cwnd;      /* cwnd: segments */
    int ssthresh;            /* segments; −1: no loss yet */
    uint64_t ino;            /* 0: no file has the socket */
    unsigned refs, drops;
    unsigned slot; /* datagrams: the number of the row */
};

struct inet_counts {
    struct {
        unsigned inuse, orphan, time_wait, pages;
    } tcp, tcp6, udp, udp6, raw, raw6; /* inuse: those with a port */
    unsigned tcp_sockets;              /* all */
    unsigned tcp_established;
    struct stats_mib2 mib;
};

#define INET_NEIGHBOURS_MAX 127 /* of a version, lwIP's tables */

struct inet_neighbour {
    uint8_t ip[16];      /* of IPv4 the first four bytes */
    uint8_t hardware[6]; /* if its state says that it is known */
    uint16_t state;      /* NUD_* */
    bool is_router;
    int index; /* of the interface, and its name */
    char interface[16];
};

/* A group that an interface is a member of. */
struct inet_group {
    uint8_t ip[16]; /* of IPv4 the first four bytes */
    unsigned users;
    uint32_t due;  /* 1/100 s until it is reported; 0: that is done */
    bool reporter; /* the machine was the last that has reported it */
    int index;     /* of the interface, and its name */
    char interface[16];
};

/* Copies the rows of a table, `max` at most. Returns how many there are. */
unsigned inet_rows(enum inet_table table, struct inet_row *rows, unsigned max);
unsigned inet_neighbours(bool v6, struct inet_neighbour *rows, unsigned max);
unsigned inet_groups(bool v6, struct inet_group *rows, unsigned max);
void inet_count(struct inet_counts *c);

/* The protocols' part. Locked; return how many there are. */
unsigned tcp_rows(bool v6, struct inet_row *rows, unsigned max);
unsigned udp_rows(bool v6, struct inet_row *rows, unsigned max);
unsigned raw_rows(bool v6, bool ping, struct inet_row *rows, unsigned max);
void tcp_count(struct inet_counts *c);

/* proc_inet.c: the files. A table is an enum inet_table. */
void show_connections(struct text *t, uint64_t table);
void show_datagrams(struct text *t, uint64_t table);
void show_neighbours(struct text *t, uint64_t value);
void show_groups(struct text *t, uint64_t v6);
void show_link_groups(struct text *t, uint64_t value);
void show_sockstat(struct text *t, uint64_t value);
void show_sockstat6(struct text *t, uint64_t value);
void show_snmp(struct text *t, uint64_t value);

#endif
