/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: /proc/<pid>/net, made from the tables of interfaces and sockets, whose locks it takes. */
#include <hermit/made_file.h>
#include <hermit/net_files.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "inet_tables.h"
#include "interface.h"
#include "netlink.h"
#include "unix.h"

static void show_devices(struct text *t, uint64_t value)
{
    struct interface i;
    (void)value;
    text_printf(t, "Inter-|   Receive                                                |  Transmit\n"
                   " face |bytes    packets errs drop fifo frame compressed multicast|bytes    "
                   "packets errs drop fifo colls carrier compressed\n");
    INTERFACE_FOR_EACH(&i)
    {
        const struct interface_traffic *c = &i.traffic;
        text_printf(t, "%6s: %7lu %7lu %4lu %4lu %4d %5d %10d %9lu ", i.name, c->rx_bytes,
                    c->rx_packets, c->rx_errors, c->rx_dropped, 0, 0, 0, c->multicast);
        text_printf(t, "%8lu %7lu %4lu %4lu %4d %5d %7d %10d\n", c->tx_bytes, c->tx_packets,
                    c->tx_errors, c->tx_dropped, 0, 0, 0, 0);
    }
}

static void show_inet6_address(struct text *t, const struct interface *i,
                               const struct interface_address *a)
{
    unsigned scope = a->scope == RT_SCOPE_HOST ? 0x10 : a->scope == RT_SCOPE_LINK ? 0x20 : 0;
    for (unsigned n = 0; n < sizeof(a->bytes); n++)
        text_printf(t, "%02x", a->bytes[n]);
    text_printf(t, " %02x %02x %02x %02x %8s\n", i->index, a->prefix, scope, a->flags & 0xff,
                i->name);
}

static void show_inet6_addresses(struct text *t, uint64_t value)
{
    struct interface i;
    (void)value;
    INTERFACE_FOR_EACH(&i)
    for (unsigned n = 0; n < i.nr_addresses; n++)
        if (i.addresses[n].family == AF_INET6)
            show_inet6_address(t, &i, &i.addresses[n]);
}

#define ROUTE_WIDTH 127

static void end_route(struct text *t, size_t start)
{
    while (t->error == 0 && t->length - start < ROUTE_WIDTH)
        text_add(t, " ", 1);
    text_add(t, "\n", 1);
}

/* A number of the network's, as Linux shows it: in the order of this processor. */
static void show_number(struct text *t, const uint8_t bytes[4])
{
    for (unsigned i = 4; i-- > 0;)
        for (unsigned shift = 8; shift != 0; shift -= 4)
            text_add(t, &"0123456789ABCDEF"[bytes[i] >> (shift - 4) & 15], 1);
}

enum { RTF_UP = 1, RTF_GATEWAY = 2 };

static void show_route(struct text *t, const struct interface *i, const uint8_t to[4],
                       const uint8_t gateway[4], const uint8_t mask[4])
{
    static const uint8_t none[4];
    size_t start = t->length;
    text_printf(t, "%s\t", i->name);
    show_number(t, to);
    text_add(t, "\t", 1);
    show_number(t, gateway != NULL ? gateway : none);
    text_printf(t, "\t%04x\t0\t0\t0\t", RTF_UP | (gateway != NULL ? RTF_GATEWAY : 0));
    show_number(t, mask);
    text_printf(t, "\t0\t0\t0");
    end_route(t, start);
}

/* The networks that interfaces are in, but not the loopback's, and the way to all others. */
static void show_routes(struct text *t, uint64_t value)
{
    static const uint8_t any[4];
    struct interface i;
    size_t start = t->length;
    (void)value;
    text_printf(
        t, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT");
    end_route(t, start);
    INTERFACE_FOR_EACH(&i)
    {
        for (unsigned n = 0; n < i.nr_addresses; n++) {
            const struct interface_address *a = &i.addresses[n];
            if (a->family != AF_INET || i.type == ARPHRD_LOOPBACK)
                continue;
            uint32_t mask = a->prefix == 0 ? 0 : __builtin_bswap32(UINT32_MAX << (32 - a->prefix));
            uint32_t to;
            memcpy(&to, a->bytes, sizeof(to));
            to &= mask;
            if (i.has_gateway)
                show_route(t, &i, any, i.gateway, any);
            show_route(t, &i, (const uint8_t *)&to, NULL, (const uint8_t *)&mask);
        }
    }
}

/* Of those of ipv6_route, in linux/ipv6_route.h, which needs the C library. */
#define RTF_DEFAULT   0x00010000U
#define RTF_ADDRCONF  0x00040000U
#define RTF_NONEXTHOP 0x00200000U
#define RTF_EXPIRES   0x00400000U
#define RTF_LOCAL     0x80000000U

static void show_inet6_route(struct text *t, const struct interface *i, const uint8_t to[16],
                             unsigned prefix, const uint8_t by[16], unsigned metric, unsigned flags)
{
    static const uint8_t any[16];
    const uint8_t *const address[] = {to, any, by != NULL ? by : any};
    const unsigned bits[] = {prefix, 0};
    for (unsigned n = 0; n < ARRAY_SIZE(address); n++) {
        for (unsigned b = 0; b < sizeof(any); b++)
            text_printf(t, "%02x", address[n][b]);
        if (n < ARRAY_SIZE(bits))
            text_printf(t, " %02x ", bits[n]);
    }
    text_printf(t, " %08x %08x %08x %08x %8s\n", metric, 1, 0, flags, i->name);
}

static void show_inet6_routes_of(struct text *t, const struct interface *i,
                                 const struct interface_address *a)
{
    uint8_t to[16] = {0};
    unsigned made = a->flags & IFA_F_PERMANENT ? 0 : RTF_ADDRCONF | RTF_EXPIRES;
    if (a->flags & IFA_F_TENTATIVE)
        return;
    memcpy(to, a->bytes, a->prefix / 8);
    if (a->prefix < 128)
        show_inet6_route(t, i, to, a->prefix, NULL, METRIC_OF_NETWORK, RTF_UP | made);
    show_inet6_route(t, i, a->bytes, 128, NULL, 0, RTF_UP | RTF_NONEXTHOP | RTF_LOCAL);
}

static void show_inet6_routes(struct text *t, uint64_t value)
{
    static const uint8_t any[16];
    struct interface i;
    (void)value;
    INTERFACE_FOR_EACH(&i)
    {
        for (unsigned n = 0; n < i.nr_addresses; n++)
            if (i.addresses[n].family == AF_INET6)
                show_inet6_routes_of(t, &i, &i.addresses[n]);
        if (i.has_gateway6)
            show_inet6_route(t, &i, any, 0, i.gateway6, METRIC_BY_ROUTER,
                             RTF_UP | RTF_GATEWAY | RTF_DEFAULT | RTF_ADDRCONF | RTF_EXPIRES);
    }
}

static void show_server(struct text *t, const struct interface_name_server *s)
{
    const uint8_t *a = s->bytes;
    text_printf(t, "nameserver ");
    if (s->family == AF_INET)
        text_printf(t, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
    for (unsigned i = 0; s->family == AF_INET6 && i < 16; i += 2)
        text_printf(t, i == 0 ? "%x" : ":%x", (unsigned)a[i] << 8 | a[i + 1]);
    text_printf(t, s->interface[0] != '\0' ? "%%%s\n" : "%s\n", s->interface);
}

#define NAME_SERVERS 3 /* that resolvers ask */

static void show_name_servers(struct text *t, uint64_t value)
{
    struct interface_name_server servers[NAME_SERVERS];
    unsigned n = interface_name_servers(servers, NAME_SERVERS);
    (void)value;
    for (unsigned i = 0; i < n; i++)
        show_server(t, &servers[i]);
}

static void show_unix(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "Num       RefCount Protocol Flags    Type St Inode Path\n");
    unix_show(t);
}

static void show_netlink(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    "
                   "Drops    Inode\n");
    netlink_show(t);
}

static const struct {
    struct made_file file;
    uint64_t value;
} files[] = {
    {{"dev", show_devices, 0444, NULL}, 0},
    {{"if_inet6", show_inet6_addresses, 0444, NULL}, 0},
    {{"unix", show_unix, 0444, NULL}, 0},
    {{"netlink", show_netlink, 0444, NULL}, 0},
    {{"route", show_routes, 0444, NULL}, 0},
    {{"arp", show_neighbours, 0444, NULL}, 0},
    {{"tcp", show_connections, 0444, NULL}, INET_TABLE_TCP},
    {{"tcp6", show_connections, 0444, NULL}, INET_TABLE_TCP6},
    {{"udp", show_datagrams, 0444, NULL}, INET_TABLE_UDP},
    {{"udp6", show_datagrams, 0444, NULL}, INET_TABLE_UDP6},
    {{"raw", show_datagrams, 0444, NULL}, INET_TABLE_RAW},
    {{"raw6", show_datagrams, 0444, NULL}, INET_TABLE_RAW6},
    {{"icmp", show_datagrams, 0444, NULL}, INET_TABLE_PING},
    {{"icmp6", show_datagrams, 0444, NULL}, INET_TABLE_PING6},
    {{"igmp", show_groups, 0444, NULL}, false},
    {{"igmp6", show_groups, 0444, NULL}, true},
    {{"dev_mcast", show_link_groups, 0444, NULL}, 0},
    {{"ipv6_route", show_inet6_routes, 0444, NULL}, 0},
    {{"sockstat", show_sockstat, 0444, NULL}, 0},
    {{"sockstat6", show_sockstat6, 0444, NULL}, 0},
    {{"snmp", show_snmp, 0444, NULL}, 0},
};

/* /etc/resolv.conf leads here, and some read as many bytes of it as stat() tells. */
static const struct made_file name_server = {"pnp", show_name_servers, 0444, NULL};

static int populate(struct dentry *dir)
{
    for (unsigned i = 0; i < ARRAY_SIZE(files); i++)
        if (!made_add(dir, &files[i].file, files[i].value))
            return -ENOMEM;
    return made_add_sized(dir, &name_server, 0) ? 0 : -ENOMEM;
}

const struct inode_ops net_proc_ops = {.populate = populate};
