/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Network interfaces as programs see them: index, name, flags, addresses. Whoever asks gets a
 * copy, so nothing here has a lifetime.
 */
#ifndef NET_INTERFACE_H
#define NET_INTERFACE_H

#include <hermit/interface_abi.h>
#include <hermit/types.h>

#include "inet_tables.h"

#define INTERFACE_ADDRESSES_MAX 8
#define HARDWARE_ADDRESS_SIZE   6
#define LIFETIME_FOREVER        UINT32_MAX

/* Of routes of IPv6, as Linux gives them. */
#define METRIC_OF_NETWORK 256
#define METRIC_BY_ROUTER  1024

struct interface_address {
    uint16_t family; /* AF_INET, AF_INET6 */
    uint8_t prefix;  /* bits */
    uint8_t scope;   /* RT_SCOPE_* */
    uint32_t flags;  /* IFA_F_* */
    uint8_t bytes[16], broadcast[4];
    bool has_broadcast;
    uint32_t valid, preferred; /* s, or LIFETIME_FOREVER */
};

/* What went through an interface since it is there. */
struct interface_traffic {
    uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes;
    uint64_t rx_errors, tx_errors, rx_dropped, tx_dropped, multicast;
};

struct interface {
    int index; /* from 1 */
    char name[IFNAMSIZ];
    enum interface_type type;
    unsigned flags;    /* IFF_* */
    uint8_t operstate; /* IF_OPER_* */
    unsigned mtu;      /* bytes */
    unsigned tx_queue; /* packets */
    const char *qdisc; /* what orders them */
    uint8_t hardware[HARDWARE_ADDRESS_SIZE], broadcast[HARDWARE_ADDRESS_SIZE];
    struct interface_traffic traffic;
    bool has_gateway, has_gateway6;
    uint8_t gateway[4], gateway6[16];
    unsigned nr_addresses;
    struct interface_address addresses[INTERFACE_ADDRESSES_MAX]; /* IPv4 before IPv6 */
};

/* The interface of the lowest index that is at least `from`. False: none. */
bool interface_next(int from, struct interface *copy);
bool interface_by_index(int index, struct interface *copy);
bool interface_by_name(const char *name, struct interface *copy);

#define INTERFACE_FOR_EACH(copy)                                                                   \
    for (int from_ = 1; interface_next(from_, copy); from_ = (copy)->index + 1)

static inline const char *interface_operstate(const struct interface *i)
{
    return i->operstate == IF_OPER_UP ? "up" : i->operstate == IF_OPER_DOWN ? "down" : "unknown";
}

struct interface_name_server {
    uint16_t family;
    uint8_t bytes[16];
    char interface[IFNAMSIZ]; /* of a link-local address; empty: of another one */
};

/* The name servers that were given, leased or announced. How many. Waits for a lease, as those
 * above do. */
unsigned interface_name_servers(struct interface_name_server *servers, unsigned max);

/*
 * Where interfaces other than the loopback come from. Programs that use no socket link none: they
 * have nothing in the section that the link script gives the name __hermit_net_source. Starts the
 * protocols and waits, for some seconds at most, for the first lease.
 */
struct interface_source {
    bool (*next)(int from, struct interface *copy);
    unsigned (*name_servers)(struct interface_name_server *servers, unsigned max);
    /* The tables of sockets, see inet_tables.h; these neither start nor wait. */
    unsigned (*rows)(enum inet_table table, struct inet_row *rows, unsigned max);
    unsigned (*neighbours)(bool v6, struct inet_neighbour *rows, unsigned max);
    unsigned (*groups)(bool v6, struct inet_group *rows, unsigned max);
    void (*count)(struct inet_counts *c);
    /* Somebody listens to what changes: starts the protocols, but waits for nothing. */
    void (*watch)(void);
};

/* NULL: the program has no internet sockets. */
const struct interface_source *interface_source(void);

/* interface_ioctl.c. The requests of ioctl(2) about interfaces that every socket takes, and those
 * of a family. −ENOTTY: it is none of them. */
long interface_ioctl(int family, unsigned cmd, unsigned long arg);

#endif
