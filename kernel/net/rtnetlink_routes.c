/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: routes as NETLINK_ROUTE tells them: those that the addresses of an interface make, and
 * those by routers. No locks.
 */
#include "rtnetlink.h"

#include <hermit/string.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#define LOOPBACK    1           /* the index of its interface */
#define ROUTE_LOCAL 0x80000000U /* RTCF_LOCAL */

struct route {
    uint8_t family, prefix, table, scope, type;
    const uint8_t *to, *from; /* to, NULL: everywhere; from: packets' own address, NULL: any */
    const uint8_t *by;        /* the gateway, NULL: none */
    uint8_t protocol;         /* RTPROT_*; 0: as `by` says */
    uint32_t metric;          /* of IPv6 */
    int interface;
    bool found; /* for one destination, of no table's */
};

static void tell_route(struct netlink_reply *r, const struct route *route)
{
    struct rtmsg *m = netlink_begin(r, RTM_NEWROUTE, sizeof(*m));
    const struct rta_cacheinfo cache = {0};
    const uint8_t preference = 0; /* RFC 4191: medium */
    m->rtm_family = route->family;
    m->rtm_dst_len = route->prefix;
    m->rtm_table = route->table;
    m->rtm_protocol = route->protocol != 0 ? route->protocol
                      : route->by != NULL  ? RTPROT_BOOT
                                           : RTPROT_KERNEL;
    if (route->found && route->family == AF_INET) {
        m->rtm_protocol = RTPROT_UNSPEC;
        m->rtm_flags = RTM_F_CLONED | (route->type == RTN_LOCAL ? ROUTE_LOCAL : 0);
    }
    m->rtm_scope = route->scope;
    m->rtm_type = route->type;
    netlink_attribute_u32(r, RTA_TABLE, route->table);
    if (route->to != NULL)
        netlink_attribute(r, RTA_DST, route->to, rtnetlink_bytes(route->family));
    if (route->by != NULL)
        netlink_attribute(r, RTA_GATEWAY, route->by, rtnetlink_bytes(route->family));
    if (route->from != NULL)
        netlink_attribute(r, RTA_PREFSRC, route->from, rtnetlink_bytes(route->family));
    netlink_attribute_u32(r, RTA_OIF, (uint32_t)route->interface);
    if (route->family == AF_INET6 && !route->found)
        netlink_attribute_u32(r, RTA_PRIORITY, route->metric);
    if (route->found || route->family == AF_INET6)
        netlink_attribute(r, RTA_CACHEINFO, &cache, sizeof(cache));
    if (route->family == AF_INET6)
        netlink_attribute(r, RTA_PREF, &preference, sizeof(preference));
}

/* The first (last false) or last address of a network. */
static void end_of_network(const struct interface_address *a, bool last, uint8_t to[IPV4_BYTES])
{
    for (unsigned i = 0; i < IPV4_BYTES; i++) {
        unsigned bits = a->prefix > i * 8 ? MIN(a->prefix - i * 8U, 8U) : 0;
        uint8_t host = (uint8_t)(0xff >> bits);
        to[i] = (uint8_t)((a->bytes[i] & ~host) | (last ? host : 0));
    }
}

/* What an interface with an address leads to: its network, and by its gateway all others. */
static void tell_networks(struct netlink_reply *r, const struct interface *i,
                          const struct interface_address *a)
{
    uint8_t to[IPV4_BYTES];
    struct route route = {
        .family = AF_INET,
        .table = RT_TABLE_MAIN,
        .scope = RT_SCOPE_UNIVERSE,
        .type = RTN_UNICAST,
        .by = i->gateway,
        .interface = i->index,
    };
    if (i->has_gateway)
        tell_route(r, &route);
    end_of_network(a, false, to);
    route.prefix = a->prefix;
    route.scope = RT_SCOPE_LINK;
    route.to = to;
    route.from = a->bytes;
    route.by = NULL;
    tell_route(r, &route);
}

/* What an IPv4 address makes: its network, itself, the broadcast address. */
static void tell_ipv4_routes(struct netlink_reply *r, const struct interface *i,
                             const struct interface_address *a)
{
    uint8_t to[IPV4_BYTES];
    struct route route = {
        .family = AF_INET,
        .prefix = a->prefix,
        .table = RT_TABLE_LOCAL,
        .scope = RT_SCOPE_HOST,
        .type = RTN_LOCAL,
        .to = to,
        .from = a->bytes,
        .interface = i->index,
    };
    if (i->type != ARPHRD_LOOPBACK)
        tell_networks(r, i, a);
    else if (a->prefix < 32) { /* the network is this machine */
        end_of_network(a, false, to);
        tell_route(r, &route);
    }
    memcpy(to, a->bytes, sizeof(to));
    route.prefix = 32;
    tell_route(r, &route);
    if (a->prefix < 31) {
        end_of_network(a, true, to);
        route.scope = RT_SCOPE_LINK;
        route.type = RTN_BROADCAST;
        tell_route(r, &route);
    }
}

/* … and one of IPv6: its network, if that is not this machine's alone, and itself. */
static void tell_ipv6_routes(struct netlink_reply *r, const struct interface *i,
                             const struct interface_address *a)
{
    uint8_t to[16] = {0};
    struct route route = {
        .family = AF_INET6,
        .prefix = a->prefix,
        .table = RT_TABLE_MAIN,
        .scope = RT_SCOPE_UNIVERSE,
        .type = RTN_UNICAST,
        .to = to,
        .interface = i->index,
        .metric = METRIC_OF_NETWORK,
    };
    if (a->flags & IFA_F_TENTATIVE)
        return;
    memcpy(to, a->bytes, a->prefix / 8); /* networks of lwIP's end with a byte */
    if (a->prefix < 128)
        tell_route(r, &route);
    memcpy(to, a->bytes, sizeof(to));
    route.prefix = 128;
    route.table = RT_TABLE_LOCAL;
    route.type = RTN_LOCAL;
    route.metric = 0;
    tell_route(r, &route);
}

void rtnetlink_tell_routes(struct netlink_reply *r, const struct interface *i, int family)
{
    for (unsigned n = 0; n < i->nr_addresses; n++)
        if (i->addresses[n].family == family)
            (family == AF_INET ? tell_ipv4_routes : tell_ipv6_routes)(r, i, &i->addresses[n]);
    if (family == AF_INET6 && i->has_gateway6)
        tell_route(r, &(struct route){
                          .family = AF_INET6,
                          .table = RT_TABLE_MAIN,
                          .scope = RT_SCOPE_UNIVERSE,
                          .type = RTN_UNICAST,
                          .protocol = RTPROT_RA,
                          .by = i->gateway6,
                          .interface = i->index,
                          .metric = METRIC_BY_ROUTER,
                      });
}

static void dump_family_routes(struct netlink_reply *r, int family)
{
    struct interface i;
    INTERFACE_FOR_EACH(&i)
    rtnetlink_tell_routes(r, &i, family);
}

void rtnetlink_dump_routes(struct netlink_reply *r, const struct nlmsghdr *h, int family)
{
    (void)h;
    if (family != AF_INET6)
        dump_family_routes(r, AF_INET);
    if (family != AF_INET)
        dump_family_routes(r, AF_INET6);
}

/* Are the first bits of two addresses the same? */
static bool same_network(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    return memcmp(a, b, whole) == 0 &&
           (rest == 0 || (uint8_t)(a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

/* The address of the interface to send from, and whether the destination is in its network. */
static const struct interface_address *way_of(const struct interface *i, int family,
                                              const uint8_t *to, bool *direct)
{
    const struct interface_address *from = NULL;
    for (unsigned n = 0; n < i->nr_addresses; n++) {
        const struct interface_address *a = &i->addresses[n];
        if (a->family != family)
            continue;
        *direct = same_network(a->bytes, to, a->prefix);
        if (*direct)
            return a;
        if (from == NULL && a->scope == RT_SCOPE_UNIVERSE)
            from = a;
    }
    return from;
}

/* How packets to an address leave, of those interfaces that the request allows. The addresses in
 * the route are those of the arguments. False: not at all. */
static bool find_way(int family, const uint8_t *to, int only, struct interface *i,
                     struct route *route)
{
    bool direct = false;
    INTERFACE_FOR_EACH(i)
    {
        const struct interface_address *own = rtnetlink_own_address(i, family, to);
        const struct interface_address *from = own != NULL ? own : way_of(i, family, to, &direct);
        bool local = own != NULL || (i->type == ARPHRD_LOOPBACK && direct);
        bool routed = family == AF_INET6 || i->has_gateway;
        if (from == NULL || (only != 0 && only != i->index && !local))
            continue;
        if (!local && (i->type == ARPHRD_LOOPBACK || !(direct || routed)))
            continue;
        route->type = local ? RTN_LOCAL : RTN_UNICAST;
        route->from = from->bytes;
        route->by = local || direct || !i->has_gateway || family == AF_INET6 ? NULL : i->gateway;
        route->interface = local ? LOOPBACK : i->index;
        return true;
    }
    return false;
}

int rtnetlink_tell_one_route(struct netlink_reply *r, const struct nlmsghdr *h)
{
    static const uint8_t localhost[] = {127, 0, 0, 1}, localhost6[16] = {[15] = 1};
    const struct rtattr *to, *out;
    struct interface i;
    int only = 0;
    int family = ((const struct rtgenmsg *)NLMSG_DATA(h))->rtgen_family;
    if (family != AF_INET && family != AF_INET6)
        return -EOPNOTSUPP;
    if (h->nlmsg_len < NLMSG_LENGTH(sizeof(struct rtmsg)))
        return -EINVAL;
    to = rtnetlink_asked(h, sizeof(struct rtmsg), RTA_DST);
    if (to != NULL && RTA_PAYLOAD(to) < rtnetlink_bytes(family))
        return family == AF_INET ? -ERANGE : -EINVAL;
    if ((out = rtnetlink_asked(h, sizeof(struct rtmsg), RTA_OIF)) != NULL &&
        RTA_PAYLOAD(out) >= sizeof(only))
        memcpy(&only, RTA_DATA(out), sizeof(only));
    if (only != 0 && !interface_by_index(only, &i))
        return -ENODEV;
    struct route route = {
        .family = (uint8_t)family,
        .prefix = (uint8_t)(rtnetlink_bytes(family) * 8),
        .scope = RT_SCOPE_UNIVERSE,
        .to = to != NULL          ? RTA_DATA(to)
              : family == AF_INET ? localhost
                                  : localhost6,
        .found = true,
    };
    if (!find_way(family, route.to, only, &i, &route))
        return -ENETUNREACH;
    bool local_table = family == AF_INET6 && route.type == RTN_LOCAL;
    route.table = local_table ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
    tell_route(r, &route);
    return 0;
}
