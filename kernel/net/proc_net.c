/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: /proc/<pid>/net, made from the tables of interfaces and sockets. Takes the locks of
 * those. */
#include <hermit/made_file.h>
#include <hermit/net_files.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/rtnetlink.h>

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

#define QUEUES_AND_REST "st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
#define NARROW          "local_address rem_address   "
#define WIDE            "local_address                         remote_address                        "
#define DATAGRAMS       " ref pointer drops"

/* Tables that have no rows: their heads, as wide as Linux makes them. */
static const struct {
    const char *head;
    unsigned width; /* filled up with blanks */
} heads[] = {
    {"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", 127},
    {"IP address       HW type     Flags       HW address            Mask     Device", 0},
    {"  sl  " NARROW QUEUES_AND_REST, 149},
    {"  sl  " WIDE QUEUES_AND_REST, 0},
    {"   sl  " NARROW QUEUES_AND_REST DATAGRAMS, 127},
    {"  sl  " WIDE QUEUES_AND_REST DATAGRAMS, 0},
    {"  sl  " NARROW QUEUES_AND_REST DATAGRAMS, 0},
};
enum { ROUTE, ARP, TCP, TCP6, UDP, UDP6, RAW };

static void show_head(struct text *t, uint64_t table)
{
    size_t n = strlen(heads[table].head);
    text_add(t, heads[table].head, n);
    for (; n < heads[table].width; n++)
        text_add(t, " ", 1);
    text_add(t, "\n", 1);
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
    {{"dev", show_devices, 0444, NULL}, 0},    {{"if_inet6", show_inet6_addresses, 0444, NULL}, 0},
    {{"unix", show_unix, 0444, NULL}, 0},      {{"netlink", show_netlink, 0444, NULL}, 0},
    {{"route", show_head, 0444, NULL}, ROUTE}, {{"arp", show_head, 0444, NULL}, ARP},
    {{"tcp", show_head, 0444, NULL}, TCP},     {{"tcp6", show_head, 0444, NULL}, TCP6},
    {{"udp", show_head, 0444, NULL}, UDP},     {{"udp6", show_head, 0444, NULL}, UDP6},
    {{"raw", show_head, 0444, NULL}, RAW},     {{"raw6", show_head, 0444, NULL}, UDP6},
};

static int populate(struct dentry *dir)
{
    for (unsigned i = 0; i < ARRAY_SIZE(files); i++)
        if (!made_add(dir, &files[i].file, files[i].value))
            return -ENOMEM;
    return 0;
}

const struct inode_ops net_proc_ops = {.populate = populate};
