/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the files of /proc/net about internet sockets and neighbours, as Linux 6.1 prints them.
 *
 * Locks: none; see inet_tables.c.
 */
#include "inet_tables.h"
#include "interface.h"

#include <hermit/kmalloc.h>
#include <hermit/made_file.h>
#include <hermit/panic.h>
#include <hermit/socket.h>
#include <hermit/string.h>
#include <linux/errno.h>

#define ROWS_AT_FIRST   64
#define ACK_DELAY       4 /* 1/100 s */
#define NEIGHBOUR_KNOWN 2 /* ATF_COM */

/* The rows of `size` bytes that copy() has of a table, copied again while they do not fit: an
 * array, which the caller frees. NULL: there are none, or no memory, which the text tells. */
static void *take(struct text *t, unsigned (*copy)(unsigned table, void *rows, unsigned max),
                  unsigned table, size_t size, unsigned *n)
{
    unsigned max = ROWS_AT_FIRST;
    while (interface_source() != NULL) {
        void *rows = kmalloc(max * size);
        if (rows == NULL) {
            t->error = -ENOMEM;
            break;
        }
        *n = copy(table, rows, max);
        if (*n <= max)
            return rows;
        kfree(rows);
        max = *n + *n / 8;
    }
    *n = 0;
    return NULL;
}

static void add_hex(struct text *t, uint32_t value, unsigned digits)
{
    char hex[8];
    for (unsigned i = digits; i-- > 0; value >>= 4)
        hex[i] = "0123456789ABCDEF"[value & 15];
    text_add(t, hex, digits);
}

static void add_end(struct text *t, const struct inet_end *end, bool v6)
{
    for (unsigned i = 0; i < (v6 ? 4U : 1U); i++)
        add_hex(t, end->ip[i], 8);
    text_add(t, ":", 1);
    add_hex(t, end->port, 4);
    text_add(t, " ", 1);
}

/* What all rows begin with. */
static void add_ends(struct text *t, const struct inet_row *row, bool v6)
{
    add_end(t, &row->local, v6);
    add_end(t, &row->remote, v6);
    add_hex(t, row->state, 2);
    text_add(t, " ", 1);
    add_hex(t, row->tx, 8);
    text_add(t, ":", 1);
    add_hex(t, row->rx, 8);
    text_add(t, " ", 1);
    add_hex(t, row->timer, 2);
    text_add(t, ":", 1);
    add_hex(t, row->due, 8);
    text_add(t, " ", 1);
    add_hex(t, row->resent, 8);
}

#define QUEUES_AND_REST "st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
#define NARROW          "local_address rem_address   "
#define WIDE            "local_address                         remote_address                        "
#define DATAGRAMS       " ref pointer drops"

/* By enum inet_table: the heads, and how wide lines are made. */
static const struct {
    const char *head;
    unsigned width;
} tables[] = {
    {"  sl  " NARROW QUEUES_AND_REST, 149},
    {"  sl  " WIDE QUEUES_AND_REST, 0},
    {"   sl  " NARROW QUEUES_AND_REST DATAGRAMS, 127},
    {"  sl  " WIDE QUEUES_AND_REST DATAGRAMS, 0},
    {"  sl  " NARROW QUEUES_AND_REST DATAGRAMS, 0},
    {"  sl  " WIDE QUEUES_AND_REST DATAGRAMS, 0},
    {"  sl  " NARROW QUEUES_AND_REST DATAGRAMS, 127},
    {"  sl  " WIDE QUEUES_AND_REST DATAGRAMS, 0},
};

static bool is_wide(enum inet_table table)
{
    return table == INET_TABLE_TCP6 || table == INET_TABLE_UDP6 || table == INET_TABLE_RAW6 ||
           table == INET_TABLE_PING6;
}

static void end_line(struct text *t, size_t start, unsigned width)
{
    while (t->error == 0 && t->length - start < width)
        text_add(t, " ", 1);
    text_add(t, "\n", 1);
}

/* There is one user, and no address of the kernel's is told. */
static void add_owner(struct text *t, const struct inet_row *row)
{
    text_printf(t, " %5u %8u %lu %u %016x", 0, row->probes, row->ino, row->refs, 0);
}

static void show_connection(struct text *t, unsigned number, const struct inet_row *row,
                            enum inet_table table)
{
    size_t start = t->length;
    text_printf(t, "%4u: ", number);
    add_ends(t, row, is_wide(table));
    add_owner(t, row);
    if (row->kind == INET_ROW_SOCKET)
        text_printf(t, " %u %u %u %u %d", row->rto, row->rto != 0 ? ACK_DELAY : 0, 0, row->cwnd,
                    row->ssthresh);
    end_line(t, start, tables[table].width);
}

/* Those of raw sockets differ in the width of the first number alone. */
static void show_datagram(struct text *t, unsigned number, const struct inet_row *row,
                          enum inet_table table)
{
    size_t start = t->length;
    (void)number;
    text_printf(t, table == INET_TABLE_RAW ? "%4u: " : "%5u: ", row->slot);
    add_ends(t, row, is_wide(table));
    add_owner(t, row);
    text_printf(t, " %u", row->drops);
    end_line(t, start, tables[table].width);
}

static unsigned copy_rows(unsigned table, void *rows, unsigned max)
{
    return interface_source()->rows((enum inet_table)table, rows, max);
}

static void show_table(struct text *t, enum inet_table table,
                       void (*show)(struct text *t, unsigned number, const struct inet_row *row,
                                    enum inet_table table))
{
    unsigned n;
    struct inet_row *rows = take(t, copy_rows, table, sizeof(*rows), &n);
    text_printf(t, "%s", tables[table].head);
    end_line(t, 0, tables[table].width);
    for (unsigned i = 0; i < n; i++)
        show(t, i, &rows[i], table);
    kfree(rows);
}

void show_connections(struct text *t, uint64_t table)
{
    show_table(t, (enum inet_table)table, show_connection);
}

void show_datagrams(struct text *t, uint64_t table)
{
    show_table(t, (enum inet_table)table, show_datagram);
}

static void show_neighbour(struct text *t, const struct inet_neighbour *n)
{
    const uint8_t *ip = n->ip, *h = n->hardware;
    char dotted[16];
    ksnprintf(dotted, sizeof(dotted), "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
    text_printf(t, "%-16s 0x%-10x0x%-10x%02x:%02x:%02x:%02x:%02x:%02x     *        %s\n", dotted,
                ARPHRD_ETHER, NEIGHBOUR_KNOWN, h[0], h[1], h[2], h[3], h[4], h[5], n->interface);
}

static unsigned copy_neighbours(unsigned v6, void *rows, unsigned max)
{
    return interface_source()->neighbours(v6, rows, max);
}

void show_neighbours(struct text *t, uint64_t value)
{
    unsigned n;
    struct inet_neighbour *rows = take(t, copy_neighbours, false, sizeof(*rows), &n);
    (void)value;
    text_printf(t,
                "IP address       HW type     Flags       HW address            Mask     Device\n");
    for (unsigned i = 0; i < n; i++)
        show_neighbour(t, &rows[i]);
    kfree(rows);
}

/* ---- Groups ---- */

/* Of /proc/net/igmp6, as Linux numbers them. */
#define GROUP_TIMER    1
#define GROUP_REPORTER 2
#define GROUP_LOADED   4

static unsigned copy_groups(unsigned v6, void *rows, unsigned max)
{
    return interface_source()->groups(v6, rows, max);
}

static struct inet_group *take_groups(struct text *t, bool v6, unsigned *n)
{
    return take(t, copy_groups, v6, sizeof(struct inet_group), n);
}

static void show_group6(struct text *t, const struct inet_group *g)
{
    unsigned flags =
        GROUP_LOADED | (g->due != 0 ? GROUP_TIMER : 0U) | (g->reporter ? GROUP_REPORTER : 0U);
    text_printf(t, "%-4d %-15s ", g->index, g->interface);
    for (unsigned i = 0; i < sizeof(g->ip); i++)
        text_printf(t, "%02x", g->ip[i]);
    text_printf(t, " %5u ", g->users);
    add_hex(t, flags, 8);
    text_printf(t, " %u\n", g->due);
}

/* The first of an interface has the line about it before itself. */
static void show_group4(struct text *t, const struct inet_group *g, const struct inet_group *rows,
                        unsigned n)
{
    unsigned count = 0;
    uint32_t ip;
    for (unsigned i = 0; i < n; i++)
        count += rows[i].index == g->index;
    if (g == rows || g[-1].index != g->index)
        text_printf(t, "%d\t%-10s: %5u %7s\n", g->index, g->interface, count, "V2");
    memcpy(&ip, g->ip, sizeof(ip));
    text_printf(t, "\t\t\t\t");
    add_hex(t, ip, 8);
    text_printf(t, " %5u %d:", g->users, g->due != 0);
    add_hex(t, g->due, 8);
    text_printf(t, "\t\t%d\n", g->reporter);
}

void show_groups(struct text *t, uint64_t v6)
{
    unsigned n;
    struct inet_group *rows = take_groups(t, v6, &n);
    if (!v6)
        text_printf(t, "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n");
    for (unsigned i = 0; i < n; i++) {
        if (v6)
            show_group6(t, &rows[i]);
        else
            show_group4(t, &rows[i], rows, n);
    }
    kfree(rows);
}

/* The addresses of hardware that a card's groups are sent to (RFC 1112, RFC 2464). */
static void show_version_link_groups(struct text *t, bool v6)
{
    unsigned n;
    struct inet_group *rows = take_groups(t, v6, &n);
    for (unsigned i = 0; i < n; i++) {
        const uint8_t *ip = rows[i].ip;
        if (strcmp(rows[i].interface, "lo") == 0)
            continue;
        text_printf(t, "%-4d %-15s %-5d %-5d ", rows[i].index, rows[i].interface, 1, 0);
        if (v6)
            text_printf(t, "3333%02x%02x%02x%02x\n", ip[12], ip[13], ip[14], ip[15]);
        else
            text_printf(t, "01005e%02x%02x%02x\n", ip[1] & 0x7f, ip[2], ip[3]);
    }
    kfree(rows);
}

void show_link_groups(struct text *t, uint64_t value)
{
    (void)value;
    show_version_link_groups(t, false);
    show_version_link_groups(t, true);
}

static struct inet_counts take_counts(void)
{
    struct inet_counts c = {0};
    if (interface_source() != NULL)
        interface_source()->count(&c);
    return c;
}

void show_sockstat(struct text *t, uint64_t value)
{
    struct inet_counts c = take_counts();
    (void)value;
    text_printf(t, "sockets: used %u\n", socket_count());
    text_printf(t, "TCP: inuse %u orphan %u tw %u alloc %u mem %u\n", c.tcp.inuse, c.tcp.orphan,
                c.tcp.time_wait, c.tcp_sockets, c.tcp.pages);
    text_printf(t, "UDP: inuse %u mem %u\nUDPLITE: inuse 0\nRAW: inuse %u\n", c.udp.inuse,
                c.udp.pages, c.raw.inuse);
    text_printf(t, "FRAG: inuse 0 memory 0\n");
}

void show_sockstat6(struct text *t, uint64_t value)
{
    struct inet_counts c = take_counts();
    (void)value;
    text_printf(t, "TCP6: inuse %u\nUDP6: inuse %u\nUDPLITE6: inuse 0\nRAW6: inuse %u\n",
                c.tcp6.inuse, c.udp6.inuse, c.raw6.inuse);
    text_printf(t, "FRAG6: inuse 0 memory 0\n");
}

static void show_ip(struct text *t, const struct stats_mib2 *m)
{
    text_printf(t, "Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams "
                   "InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes "
                   "ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates\n");
    text_printf(t, "Ip: %d %d %u %u %u %u %u %u %u %u %u %u %d %u %u %u %u %u %u\n", 2, 64,
                m->ipinreceives, m->ipinhdrerrors, m->ipinaddrerrors, m->ipforwdatagrams,
                m->ipinunknownprotos, m->ipindiscards, m->ipindelivers, m->ipoutrequests,
                m->ipoutdiscards, m->ipoutnoroutes, 0, m->ipreasmreqds, m->ipreasmoks,
                m->ipreasmfails, m->ipfragoks, m->ipfragfails, m->ipfragcreates);
}

static void show_icmp(struct text *t, const struct stats_mib2 *m)
{
    text_printf(t, "Icmp: InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs "
                   "InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps InTimestampReps "
                   "InAddrMasks InAddrMaskReps OutMsgs OutErrors ");
    text_printf(t, "OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos "
                   "OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks OutAddrMaskReps\n");
    text_printf(t, "Icmp: %u %u 0 %u %u %u %u %u %u %u %u %u %u %u ", m->icmpinmsgs,
                m->icmpinerrors, m->icmpindestunreachs, m->icmpintimeexcds, m->icmpinparmprobs,
                m->icmpinsrcquenchs, m->icmpinredirects, m->icmpinechos, m->icmpinechoreps,
                m->icmpintimestamps, m->icmpintimestampreps, m->icmpinaddrmasks,
                m->icmpinaddrmaskreps);
    text_printf(t, "%u %u %u %u 0 0 0 %u %u 0 0 0 0\n", m->icmpoutmsgs, m->icmpouterrors,
                m->icmpoutdestunreachs, m->icmpouttimeexcds, m->icmpoutechos, m->icmpoutechoreps);
}

static void show_tcp(struct text *t, const struct inet_counts *c)
{
    const struct stats_mib2 *m = &c->mib;
    text_printf(t, "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails "
                   "EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts "
                   "InCsumErrors\n");
    text_printf(t, "Tcp: 1 300 120000 -1 %u %u %u %u %u %u %u %u %u %u 0\n", m->tcpactiveopens,
                m->tcppassiveopens, m->tcpattemptfails, m->tcpestabresets, c->tcp_established,
                m->tcpinsegs, m->tcpoutsegs, m->tcpretranssegs, m->tcpinerrs, m->tcpoutrsts);
}

static void show_udp(struct text *t, const struct stats_mib2 *m)
{
    static const char names[] = "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors "
                                "SndbufErrors InCsumErrors IgnoredMulti MemErrors";
    text_printf(t, "Udp: %s\nUdp: %u %u %u %u 0 0 0 0 0\n", names, m->udpindatagrams, m->udpnoports,
                m->udpinerrors, m->udpoutdatagrams);
    text_printf(t, "UdpLite: %s\nUdpLite: 0 0 0 0 0 0 0 0 0\n", names);
}

void show_snmp(struct text *t, uint64_t value)
{
    struct inet_counts c = take_counts();
    (void)value;
    show_ip(t, &c.mib);
    show_icmp(t, &c.mib);
    show_tcp(t, &c);
    show_udp(t, &c.mib);
}
