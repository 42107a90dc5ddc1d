/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the requests of NETLINK_ROUTE (rtnetlink(7)): links, addresses, routes and neighbours are
 * told; what would change them is −EPERM, what is not there −EOPNOTSUPP. No locks.
 */
#include "interface.h"
#include "netlink.h"

#include <hermit/string.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#define IPV4_BYTES  4
#define LOOPBACK    1           /* the index of its interface */
#define ROUTE_LOCAL 0x80000000U /* RTCF_LOCAL */

static void add_string(struct netlink_reply *r, unsigned type, const char *s)
{
    netlink_attribute(r, type, s, strlen(s) + 1);
}

static void add_byte(struct netlink_reply *r, unsigned type, uint8_t value)
{
    netlink_attribute(r, type, &value, sizeof(value));
}

/* The last attribute of a type in a request whose own header has `size` bytes; NULL: none. */
static const struct rtattr *asked_attribute(const struct nlmsghdr *h, size_t size, unsigned type)
{
    const struct rtattr *a = (const void *)((const char *)NLMSG_DATA(h) + NLMSG_ALIGN(size));
    const struct rtattr *found = NULL;
    int left = (int)h->nlmsg_len - (int)NLMSG_SPACE(size);
    for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
        if (a->rta_type == type)
            found = a;
    return found;
}

/* ---- Links ---- */

static void add_traffic(struct netlink_reply *r, const struct interface_traffic *t)
{
    struct rtnl_link_stats64 wide = {
        .rx_packets = t->rx_packets,
        .tx_packets = t->tx_packets,
        .rx_bytes = t->rx_bytes,
        .tx_bytes = t->tx_bytes,
        .rx_errors = t->rx_errors,
        .tx_errors = t->tx_errors,
        .rx_dropped = t->rx_dropped,
        .tx_dropped = t->tx_dropped,
        .multicast = t->multicast,
    };
    struct rtnl_link_stats narrow = {
        .rx_packets = (uint32_t)t->rx_packets,
        .tx_packets = (uint32_t)t->tx_packets,
        .rx_bytes = (uint32_t)t->rx_bytes,
        .tx_bytes = (uint32_t)t->tx_bytes,
        .rx_errors = (uint32_t)t->rx_errors,
        .tx_errors = (uint32_t)t->tx_errors,
        .rx_dropped = (uint32_t)t->rx_dropped,
        .tx_dropped = (uint32_t)t->tx_dropped,
        .multicast = (uint32_t)t->multicast,
    };
    netlink_attribute(r, IFLA_STATS64, &wide, sizeof(wide));
    netlink_attribute(r, IFLA_STATS, &narrow, sizeof(narrow));
}

static void tell_link(struct netlink_reply *r, const struct interface *i)
{
    struct ifinfomsg *m = netlink_begin(r, RTM_NEWLINK, sizeof(*m));
    m->ifi_type = (unsigned short)i->type;
    m->ifi_index = i->index;
    m->ifi_flags = i->flags;
    add_string(r, IFLA_IFNAME, i->name);
    netlink_attribute_u32(r, IFLA_TXQLEN, i->tx_queue);
    add_byte(r, IFLA_OPERSTATE, i->operstate);
    add_byte(r, IFLA_LINKMODE, 0);
    netlink_attribute_u32(r, IFLA_MTU, i->mtu);
    netlink_attribute_u32(r, IFLA_GROUP, 0);
    netlink_attribute_u32(r, IFLA_PROMISCUITY, 0);
    netlink_attribute_u32(r, IFLA_NUM_TX_QUEUES, 1);
    netlink_attribute_u32(r, IFLA_NUM_RX_QUEUES, 1);
    add_byte(r, IFLA_CARRIER, (i->flags & IFF_LOWER_UP) != 0);
    add_string(r, IFLA_QDISC, i->qdisc);
    netlink_attribute(r, IFLA_ADDRESS, i->hardware, sizeof(i->hardware));
    netlink_attribute(r, IFLA_BROADCAST, i->broadcast, sizeof(i->broadcast));
    add_traffic(r, &i->traffic);
}

static void dump_links(struct netlink_reply *r, int family)
{
    struct interface i;
    (void)family; /* as on Linux: of all families */
    INTERFACE_FOR_EACH(&i)
    tell_link(r, &i);
}

/* The name that a request asks for. False: none, or one that no interface can have. */
static bool asked_name(const struct nlmsghdr *h, char name[IFNAMSIZ])
{
    const struct rtattr *a = asked_attribute(h, sizeof(struct ifinfomsg), IFLA_IFNAME);
    if (a == NULL || RTA_PAYLOAD(a) > IFNAMSIZ)
        return false;
    memset(name, 0, IFNAMSIZ);
    memcpy(name, RTA_DATA(a), RTA_PAYLOAD(a));
    return name[IFNAMSIZ - 1] == '\0';
}

static int tell_one_link(struct netlink_reply *r, const struct nlmsghdr *h)
{
    const struct ifinfomsg *m = NLMSG_DATA(h);
    char name[IFNAMSIZ];
    struct interface i;
    if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
        return -EINVAL;
    if (m->ifi_index <= 0 && !asked_name(h, name))
        return -EINVAL;
    if (m->ifi_index > 0 ? !interface_by_index(m->ifi_index, &i) : !interface_by_name(name, &i))
        return -ENODEV;
    tell_link(r, &i);
    return 0;
}

/* ---- Addresses ---- */

static size_t bytes_of(int family)
{
    return family == AF_INET ? IPV4_BYTES : 16;
}

static void tell_address(struct netlink_reply *r, const struct interface *i,
                         const struct interface_address *a)
{
    struct ifaddrmsg *m = netlink_begin(r, RTM_NEWADDR, sizeof(*m));
    struct ifa_cacheinfo life = {.ifa_prefered = a->preferred, .ifa_valid = a->valid};
    m->ifa_family = (uint8_t)a->family;
    m->ifa_prefixlen = a->prefix;
    m->ifa_flags = (uint8_t)a->flags;
    m->ifa_scope = a->scope;
    m->ifa_index = (uint32_t)i->index;
    netlink_attribute(r, IFA_ADDRESS, a->bytes, bytes_of(a->family));
    if (a->family == AF_INET) {
        netlink_attribute(r, IFA_LOCAL, a->bytes, IPV4_BYTES);
        if (a->has_broadcast)
            netlink_attribute(r, IFA_BROADCAST, a->broadcast, sizeof(a->broadcast));
        add_string(r, IFA_LABEL, i->name);
    }
    netlink_attribute_u32(r, IFA_FLAGS, a->flags);
    netlink_attribute(r, IFA_CACHEINFO, &life, sizeof(life));
}

/* The address of an interface with those bytes; NULL: it is not one of its. */
static const struct interface_address *own_address(const struct interface *i, int family,
                                                   const uint8_t *bytes)
{
    for (unsigned n = 0; n < i->nr_addresses; n++)
        if (i->addresses[n].family == family &&
            memcmp(i->addresses[n].bytes, bytes, bytes_of(family)) == 0)
            return &i->addresses[n];
    return NULL;
}

static void dump_family_addresses(struct netlink_reply *r, int family)
{
    struct interface i;
    INTERFACE_FOR_EACH(&i)
    for (unsigned n = 0; n < i.nr_addresses; n++)
        if (i.addresses[n].family == family)
            tell_address(r, &i, &i.addresses[n]);
}

/* Those of one family, or of all, one family after the other. */
static void dump_addresses(struct netlink_reply *r, int family)
{
    if (family != AF_INET6)
        dump_family_addresses(r, AF_INET);
    if (family != AF_INET)
        dump_family_addresses(r, AF_INET6);
}

/* One address of IPv6, of the interface that the request names, if that is there. Linux has none
 * for IPv4. */
static int tell_one_address(struct netlink_reply *r, const struct nlmsghdr *h)
{
    const struct ifaddrmsg *m = NLMSG_DATA(h);
    const struct rtattr *a;
    struct interface i;
    if (((const struct rtgenmsg *)NLMSG_DATA(h))->rtgen_family != AF_INET6)
        return -EOPNOTSUPP;
    if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
        return -EINVAL;
    if ((a = asked_attribute(h, sizeof(*m), IFA_LOCAL)) == NULL)
        a = asked_attribute(h, sizeof(*m), IFA_ADDRESS);
    if (a == NULL || RTA_PAYLOAD(a) < bytes_of(AF_INET6))
        return -EINVAL;
    bool one = interface_by_index((int)m->ifa_index, &i);
    INTERFACE_FOR_EACH(&i)
    {
        const struct interface_address *own = own_address(&i, AF_INET6, RTA_DATA(a));
        if (own == NULL || (one && i.index != (int)m->ifa_index))
            continue;
        tell_address(r, &i, own);
        return 0;
    }
    return -EADDRNOTAVAIL;
}

/* ---- Routes ---- */

struct route {
    uint8_t family, prefix, table, scope, type;
    const uint8_t *to, *from; /* to, NULL: everywhere; from: packets' own address, NULL: any */
    const uint8_t *by;        /* the gateway, NULL: none */
    int interface;
    bool found; /* for one destination, of no table's */
};

static void tell_route(struct netlink_reply *r, const struct route *route)
{
    struct rtmsg *m = netlink_begin(r, RTM_NEWROUTE, sizeof(*m));
    const struct rta_cacheinfo cache = {0};
    m->rtm_family = route->family;
    m->rtm_dst_len = route->prefix;
    m->rtm_table = route->table;
    m->rtm_protocol = route->by != NULL ? RTPROT_BOOT : RTPROT_KERNEL;
    if (route->found && route->family == AF_INET) {
        m->rtm_protocol = RTPROT_UNSPEC;
        m->rtm_flags = RTM_F_CLONED | (route->type == RTN_LOCAL ? ROUTE_LOCAL : 0);
    }
    m->rtm_scope = route->scope;
    m->rtm_type = route->type;
    netlink_attribute_u32(r, RTA_TABLE, route->table);
    if (route->to != NULL)
        netlink_attribute(r, RTA_DST, route->to, bytes_of(route->family));
    if (route->by != NULL)
        netlink_attribute(r, RTA_GATEWAY, route->by, bytes_of(route->family));
    if (route->from != NULL)
        netlink_attribute(r, RTA_PREFSRC, route->from, bytes_of(route->family));
    netlink_attribute_u32(r, RTA_OIF, (uint32_t)route->interface);
    if (route->found)
        netlink_attribute(r, RTA_CACHEINFO, &cache, sizeof(cache));
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

static void tell_ipv6_route(struct netlink_reply *r, const struct interface *i,
                            const struct interface_address *a)
{
    tell_route(r, &(struct route){
                      .family = AF_INET6,
                      .prefix = 128,
                      .table = RT_TABLE_LOCAL,
                      .scope = RT_SCOPE_UNIVERSE,
                      .type = RTN_LOCAL,
                      .to = a->bytes,
                      .interface = i->index,
                  });
}

static void dump_family_routes(struct netlink_reply *r, int family)
{
    struct interface i;
    INTERFACE_FOR_EACH(&i)
    for (unsigned n = 0; n < i.nr_addresses; n++)
        if (i.addresses[n].family == family)
            (family == AF_INET ? tell_ipv4_routes : tell_ipv6_route)(r, &i, &i.addresses[n]);
}

static void dump_routes(struct netlink_reply *r, int family)
{
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
        const struct interface_address *own = own_address(i, family, to);
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

/* The way to one address, as `ip route get` asks for it. */
static int tell_one_route(struct netlink_reply *r, const struct nlmsghdr *h)
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
    to = asked_attribute(h, sizeof(struct rtmsg), RTA_DST);
    if (to != NULL && RTA_PAYLOAD(to) < bytes_of(family))
        return family == AF_INET ? -ERANGE : -EINVAL;
    if ((out = asked_attribute(h, sizeof(struct rtmsg), RTA_OIF)) != NULL &&
        RTA_PAYLOAD(out) >= sizeof(only))
        memcpy(&only, RTA_DATA(out), sizeof(only));
    if (only != 0 && !interface_by_index(only, &i))
        return -ENODEV;
    struct route route = {
        .family = (uint8_t)family,
        .prefix = (uint8_t)(bytes_of(family) * 8),
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

/* The loopback interface has no neighbours. */
static void dump_neighbours(struct netlink_reply *r, int family)
{
    (void)r, (void)family;
}

/* ---- Requests ---- */

static const struct {
    uint16_t type;
    void (*dump)(struct netlink_reply *r, int family);
    int (*tell)(struct netlink_reply *r, const struct nlmsghdr *h); /* NULL: dumps only */
} requests[] = {
    {RTM_GETLINK, dump_links, tell_one_link},
    {RTM_GETADDR, dump_addresses, tell_one_address},
    {RTM_GETROUTE, dump_routes, tell_one_route},
    {RTM_GETNEIGH, dump_neighbours, NULL},
};

/* Of each kind of object four types in a row: new, delete, get, set. */
static bool changes_something(unsigned type)
{
    return (type - RTM_BASE) % 4 != 2;
}

int rtnetlink_request(struct netlink_reply *r, const struct nlmsghdr *request)
{
    const struct rtgenmsg *m = NLMSG_DATA(request);
    if (request->nlmsg_type > RTM_MAX)
        return -EOPNOTSUPP;
    if (request->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
        return 0;
    if (changes_something(request->nlmsg_type))
        return -EPERM;
    for (unsigned i = 0; i < ARRAY_SIZE(requests); i++) {
        if (requests[i].type != request->nlmsg_type)
            continue;
        if (request->nlmsg_flags & NLM_F_DUMP) {
            r->flags = NLM_F_MULTI;
            requests[i].dump(r, m->rtgen_family);
            return NETLINK_DUMPED;
        }
        return requests[i].tell != NULL ? requests[i].tell(r, request) : -EOPNOTSUPP;
    }
    return -EOPNOTSUPP;
}
