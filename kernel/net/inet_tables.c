/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: copies of the protocols' tables, for /proc/net.
 *
 * Locks: net_core is held while one table is copied, not while it is printed: a file is what there
 * was at one moment. A table that has grown meanwhile is copied again.
 */
#include "inet_tables.h"

#include <hermit/string.h>
#include <linux/neighbour.h>

#include "card.h"
#include "inet.h"

#include "lwip/etharp.h"
#include "lwip/igmp.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"

void inet_tell_end(struct inet_end *end, const ip_addr_t *ip, uint16_t port, bool v6)
{
    ip6_addr_t wide = {0};
    end->port = port;
    if (v6 && IP_IS_V4(ip) && !ip_addr_isany(ip)) {
        ip4_2_ipv4_mapped_ipv6(&wide, ip_2_ip4(ip));
    } else if (v6) {
        wide = *ip_2_ip6(ip);
    } else {
        wide.addr[0] = ip_addr_get_ip4_u32(ip);
    }
    memcpy(end->ip, wide.addr, sizeof(end->ip));
}

unsigned inet_rows(enum inet_table table, struct inet_row *rows, unsigned max)
{
    unsigned n = 0;
    net_lock();
    if (table == INET_TABLE_TCP || table == INET_TABLE_TCP6)
        n = tcp_rows(table == INET_TABLE_TCP6, rows, max);
    else if (table == INET_TABLE_UDP || table == INET_TABLE_UDP6)
        n = udp_rows(table == INET_TABLE_UDP6, rows, max);
    else if (table == INET_TABLE_RAW || table == INET_TABLE_RAW6)
        n = raw_rows(table == INET_TABLE_RAW6, false, rows, max);
    else
        n = raw_rows(table == INET_TABLE_PING6, true, rows, max);
    net_unlock();
    return n;
}

void inet_count(struct inet_counts *c)
{
    *c = (struct inet_counts){0};
    net_lock();
    tcp_count(c);
    c->udp.inuse = udp_rows(false, NULL, 0);
    c->udp6.inuse = udp_rows(true, NULL, 0);
    c->raw.inuse = raw_rows(false, false, NULL, 0);
    c->raw6.inuse = raw_rows(true, false, NULL, 0);
    c->mib = lwip_stats.mib2;
    net_unlock();
}

/* Copies what lwIP knows of a neighbour, if there is room. */
static void add_neighbour(struct inet_neighbour *row, const void *ip, size_t n,
                          const struct netif *netif, const uint8_t *hardware)
{
    *row = (struct inet_neighbour){.index = netif_get_index(netif)};
    memcpy(row->ip, ip, n);
    memcpy(row->hardware, hardware, sizeof(row->hardware));
    card_name(netif, row->interface, sizeof(row->interface));
}

static unsigned neighbours4(struct inet_neighbour *rows, unsigned max)
{
    unsigned n = 0;
    ip4_addr_t *ip;
    struct netif *netif;
    struct eth_addr *hardware;
    for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
        if (!etharp_get_entry(i, &ip, &netif, &hardware) || n++ >= max)
            continue;
        add_neighbour(&rows[n - 1], ip, sizeof(*ip), netif, hardware->addr);
        rows[n - 1].state = NUD_REACHABLE;
    }
    return n;
}

static unsigned neighbours6(struct inet_neighbour *rows, unsigned max)
{
    static const uint16_t states[] = {
        [ND6_INCOMPLETE] = NUD_INCOMPLETE, [ND6_REACHABLE] = NUD_REACHABLE, [ND6_STALE] = NUD_STALE,
        [ND6_DELAY] = NUD_DELAY,           [ND6_PROBE] = NUD_PROBE,
    };
    unsigned n = 0;
    for (size_t i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++) {
        const struct nd6_neighbor_cache_entry *e = &neighbor_cache[i];
        if (e->state == ND6_NO_ENTRY || e->netif == NULL || n++ >= max)
            continue;
        add_neighbour(&rows[n - 1], e->next_hop_address.addr, 16, e->netif, e->lladdr);
        rows[n - 1].state = states[e->state];
        rows[n - 1].is_router = e->isrouter;
    }
    return n;
}

unsigned inet_neighbours(bool v6, struct inet_neighbour *rows, unsigned max)
{
    net_lock();
    unsigned n = (v6 ? neighbours6 : neighbours4)(rows, max);
    net_unlock();
    return n;
}

/* ---- Groups ---- */

#define TICK 10 /* 1/100 s, of IGMP and MLD */

/* One more of n; only counted if there is no room. */
static unsigned add_group(struct inet_group *rows, unsigned n, unsigned max,
                          const struct inet_group *group, const struct netif *netif)
{
    if (n < max) {
        rows[n] = *group;
        rows[n].index = netif_get_index(netif);
        card_name(netif, rows[n].interface, sizeof(rows[n].interface));
    }
    return n + 1;
}

static unsigned groups4(struct inet_group *rows, unsigned n, unsigned max,
                        const struct netif *netif)
{
    for (const struct igmp_group *g = netif_igmp_data(netif); g != NULL; g = g->next) {
        struct inet_group group = {
            .users = g->use, .due = g->timer * TICK, .reporter = g->last_reporter_flag};
        memcpy(group.ip, &g->group_address.addr, sizeof(g->group_address.addr));
        n = add_group(rows, n, max, &group, netif);
    }
    return n;
}

/* And that of all nodes, which is not in lwIP's list. */
static unsigned groups6(struct inet_group *rows, unsigned n, unsigned max,
                        const struct netif *netif)
{
    static const struct inet_group all = {.ip = {0xff, 2, [15] = 1}, .users = 1};
    for (const struct mld_group *g = netif_mld6_data(netif); g != NULL; g = g->next) {
        struct inet_group group = {
            .users = g->use, .due = g->timer * TICK, .reporter = g->last_reporter_flag};
        memcpy(group.ip, g->group_address.addr, sizeof(group.ip));
        n = add_group(rows, n, max, &group, netif);
    }
    return add_group(rows, n, max, &all, netif);
}

unsigned inet_groups(bool v6, struct inet_group *rows, unsigned max)
{
    unsigned n = 0;
    net_lock();
    for (unsigned index = 1; index <= UINT8_MAX; index++) {
        const struct netif *netif = netif_get_by_index((uint8_t)index);
        if (netif != NULL)
            n = (v6 ? groups6 : groups4)(rows, n, max, netif);
    }
    net_unlock();
    return n;
}
