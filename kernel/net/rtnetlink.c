/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the requests of NETLINK_ROUTE (rtnetlink(7)): links, addresses, routes and neighbours are
 * told; what would change them is −EPERM, what is not there −EOPNOTSUPP. No locks.
 */
#include "rtnetlink.h"

#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

static void add_string(struct netlink_reply *r, unsigned type, const char *s)
{
    netlink_attribute(r, type, s, strlen(s) + 1);
}

static void add_byte(struct netlink_reply *r, unsigned type, uint8_t value)
{
    netlink_attribute(r, type, &value, sizeof(value));
}

const struct rtattr *rtnetlink_asked(const struct nlmsghdr *h, size_t size, unsigned type)
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

void rtnetlink_tell_link(struct netlink_reply *r, const struct interface *i)
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

static void dump_links(struct netlink_reply *r, const struct nlmsghdr *h, int family)
{
    struct interface i;
    (void)h, (void)family; /* as on Linux: of all families */
    INTERFACE_FOR_EACH(&i)
    rtnetlink_tell_link(r, &i);
}

/* The name that a request asks for. False: none, or one that no interface can have. */
static bool asked_name(const struct nlmsghdr *h, char name[IFNAMSIZ])
{
    const struct rtattr *a = rtnetlink_asked(h, sizeof(struct ifinfomsg), IFLA_IFNAME);
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
    rtnetlink_tell_link(r, &i);
    return 0;
}

/* ---- Addresses ---- */

void rtnetlink_tell_address(struct netlink_reply *r, unsigned type, const struct interface *i,
                            const struct interface_address *a)
{
    struct ifaddrmsg *m = netlink_begin(r, type, sizeof(*m));
    struct ifa_cacheinfo life = {.ifa_prefered = a->preferred, .ifa_valid = a->valid};
    m->ifa_family = (uint8_t)a->family;
    m->ifa_prefixlen = a->prefix;
    m->ifa_flags = (uint8_t)a->flags;
    m->ifa_scope = a->scope;
    m->ifa_index = (uint32_t)i->index;
    netlink_attribute(r, IFA_ADDRESS, a->bytes, rtnetlink_bytes(a->family));
    if (a->family == AF_INET) {
        netlink_attribute(r, IFA_LOCAL, a->bytes, IPV4_BYTES);
        if (a->has_broadcast)
            netlink_attribute(r, IFA_BROADCAST, a->broadcast, sizeof(a->broadcast));
        add_string(r, IFA_LABEL, i->name);
    }
    netlink_attribute_u32(r, IFA_FLAGS, a->flags);
    netlink_attribute(r, IFA_CACHEINFO, &life, sizeof(life));
}

const struct interface_address *rtnetlink_own_address(const struct interface *i, int family,
                                                      const uint8_t *bytes)
{
    for (unsigned n = 0; n < i->nr_addresses; n++)
        if (i->addresses[n].family == family &&
            memcmp(i->addresses[n].bytes, bytes, rtnetlink_bytes(family)) == 0)
            return &i->addresses[n];
    return NULL;
}

static void dump_family_addresses(struct netlink_reply *r, int family)
{
    struct interface i;
    INTERFACE_FOR_EACH(&i)
    for (unsigned n = 0; n < i.nr_addresses; n++)
        if (i.addresses[n].family == family)
            rtnetlink_tell_address(r, RTM_NEWADDR, &i, &i.addresses[n]);
}

/* Those of one family, or of all, one family after the other. */
static void dump_addresses(struct netlink_reply *r, const struct nlmsghdr *h, int family)
{
    (void)h;
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
    if ((a = rtnetlink_asked(h, sizeof(*m), IFA_LOCAL)) == NULL)
        a = rtnetlink_asked(h, sizeof(*m), IFA_ADDRESS);
    if (a == NULL || RTA_PAYLOAD(a) < rtnetlink_bytes(AF_INET6))
        return -EINVAL;
    bool one = interface_by_index((int)m->ifa_index, &i);
    INTERFACE_FOR_EACH(&i)
    {
        const struct interface_address *own = rtnetlink_own_address(&i, AF_INET6, RTA_DATA(a));
        if (own == NULL || (one && i.index != (int)m->ifa_index))
            continue;
        rtnetlink_tell_address(r, RTM_NEWADDR, &i, own);
        return 0;
    }
    return -EADDRNOTAVAIL;
}

/* ---- Neighbours ---- */

static void tell_neighbour(struct netlink_reply *r, int family, const struct inet_neighbour *n)
{
    struct ndmsg *m = netlink_begin(r, RTM_NEWNEIGH, sizeof(*m));
    const struct nda_cacheinfo cache = {0}; /* ages are not kept */
    m->ndm_family = (uint8_t)family;
    m->ndm_ifindex = n->index;
    m->ndm_state = n->state;
    m->ndm_flags = n->is_router ? NTF_ROUTER : 0;
    m->ndm_type = RTN_UNICAST;
    netlink_attribute(r, NDA_DST, n->ip, rtnetlink_bytes(family));
    if (n->state != NUD_INCOMPLETE)
        netlink_attribute(r, NDA_LLADDR, n->hardware, sizeof(n->hardware));
    netlink_attribute_u32(r, NDA_PROBES, 0);
    netlink_attribute(r, NDA_CACHEINFO, &cache, sizeof(cache));
}

static void dump_family_neighbours(struct netlink_reply *r, int family, uint32_t only)
{
    const struct interface_source *source = interface_source();
    struct inet_neighbour *rows = kmalloc(INET_NEIGHBOURS_MAX * sizeof(*rows));
    unsigned n = 0;
    if (source != NULL && rows != NULL)
        n = source->neighbours(family == AF_INET6, rows, INET_NEIGHBOURS_MAX);
    for (unsigned i = 0; i < MIN(n, INET_NEIGHBOURS_MAX); i++)
        if (only == 0 || (uint32_t)rows[i].index == only)
            tell_neighbour(r, family, &rows[i]);
    kfree(rows);
}

/* Those of one interface if the request names one (NDA_IFINDEX). */
static void dump_neighbours(struct netlink_reply *r, const struct nlmsghdr *h, int family)
{
    const struct rtattr *a = NULL;
    uint32_t only = 0;
    if (h->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ndmsg)))
        a = rtnetlink_asked(h, sizeof(struct ndmsg), NDA_IFINDEX);
    if (a != NULL && RTA_PAYLOAD(a) == sizeof(only))
        memcpy(&only, RTA_DATA(a), sizeof(only));
    if (family != AF_INET6)
        dump_family_neighbours(r, AF_INET, only);
    if (family != AF_INET)
        dump_family_neighbours(r, AF_INET6, only);
}

/* ---- Requests ---- */

static const struct {
    uint16_t type;
    void (*dump)(struct netlink_reply *r, const struct nlmsghdr *h, int family);
    int (*tell)(struct netlink_reply *r, const struct nlmsghdr *h); /* NULL: dumps only */
} requests[] = {
    {RTM_GETLINK, dump_links, tell_one_link},
    {RTM_GETADDR, dump_addresses, tell_one_address},
    {RTM_GETROUTE, rtnetlink_dump_routes, rtnetlink_tell_one_route},
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
            requests[i].dump(r, request, m->rtgen_family);
            return NETLINK_DUMPED;
        }
        return requests[i].tell != NULL ? requests[i].tell(r, request) : -EOPNOTSUPP;
    }
    return -EOPNOTSUPP;
}
