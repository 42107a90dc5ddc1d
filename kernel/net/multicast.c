/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: which groups sockets are members of, on which interface, and their options of multicast.
 * lwIP counts the members of each interface's groups and reports them; which socket wants a
 * datagram is decided here, by its source, too: reports name none. Whole lists of sources
 * (IP_MSFILTER and its kin) are −EOPNOTSUPP.
 *
 * Locks: see inet.h.
 */
#include "datagram.h"
#include "net_limits.h"

#include <hermit/kmalloc.h>
#include <hermit/socket_abi.h>
#include <hermit/string.h>

#include "lwip/igmp.h"
#include "lwip/ip.h"
#include "lwip/mld6.h"
#include "source_filter.h"

#define BYTE_MAX 255

struct membership {
    struct list link;
    ip_addr_t group; /* without a zone */
    struct netif *netif;
    ip4_addr_t address; /* by which the interface was named; any: otherwise */
    struct source_filter filter;
};

/* What joins or leaves: ip_mreqn, or what stands for it. */
struct request {
    ip_addr_t group;
    int device;         /* 0: by address, or by route */
    ip4_addr_t address; /* any: by route */
};

void multicast_init(struct multicast *m)
{
    for (unsigned v6 = 0; v6 < 2; v6++) {
        m->hops[v6] = 1;
        m->loop[v6] = m->all[v6] = true;
    }
    list_init(&m->memberships);
}

/* ---- Membership ---- */

static struct netif *netif_of(int index)
{
    return index > 0 && index <= BYTE_MAX ? netif_get_by_index((uint8_t)index) : NULL;
}

static struct netif *netif_of_address(const ip4_addr_t *address)
{
    struct netif *netif;
    NETIF_FOREACH(netif)
    if (ip4_addr_cmp(address, netif_ip4_addr(netif)) ||
        (ip4_addr_isloopback(address) && ip4_addr_isloopback(netif_ip4_addr(netif))))
        return netif;
    return NULL;
}

/* NULL: there is none. */
static struct netif *find_netif(const struct request *r)
{
    if (r->device != 0)
        return netif_of(r->device);
    if (!ip4_addr_isany(&r->address))
        return netif_of_address(&r->address);
    return netif_default;
}

static bool is_all_systems(const ip_addr_t *group)
{
    return IP_IS_V4(group) && ip_addr_get_ip4_u32(group) == PP_HTONL(0xe0000001); /* 224.0.0.1 */
}

/* All interfaces are members of this group for ever. */
static int join_netif(struct netif *netif, const ip_addr_t *group)
{
    if (is_all_systems(group))
        return 0;
    return net_errno(IP_IS_V6(group) ? mld6_joingroup_netif(netif, ip_2_ip6(group))
                                     : igmp_joingroup_netif(netif, ip_2_ip4(group)));
}

static void leave_netif(struct netif *netif, const ip_addr_t *group)
{
    if (is_all_systems(group))
        return;
    if (IP_IS_V6(group))
        mld6_leavegroup_netif(netif, ip_2_ip6(group));
    else
        igmp_leavegroup_netif(netif, ip_2_ip4(group));
}

static struct membership *find(const struct multicast *m, const ip_addr_t *group,
                               const struct netif *netif, const ip4_addr_t *address)
{
    list_for_each (it, &m->memberships) {
        struct membership *member = list_entry(it, struct membership, link);
        if (ip_addr_cmp_zoneless(&member->group, group) &&
            (netif == NULL || member->netif == netif) &&
            (address == NULL || ip4_addr_cmp(address, &member->address)))
            return member;
    }
    return NULL;
}

static int join(struct multicast *m, const struct request *r)
{
    bool v6 = IP_IS_V6_VAL(r->group);
    struct netif *netif = find_netif(r);
    if (v6 && find(m, &r->group, r->device == 0 ? NULL : netif, NULL) != NULL)
        return -EADDRINUSE;
    if (netif == NULL)
        return -ENODEV;
    if (!v6 && find(m, &r->group, netif, NULL) != NULL)
        return -EADDRINUSE;
    if (!v6 && m->nr_memberships >= IGMP_MEMBERSHIPS_MAX)
        return -ENOBUFS;
    struct membership *member = kzalloc(sizeof(*member));
    int err = member != NULL ? join_netif(netif, &r->group) : -ENOMEM;
    if (err != 0) {
        kfree(member);
        return err;
    }
    ip_addr_copy(member->group, r->group);
    member->netif = netif;
    member->address = r->address;
    list_push_back(&m->memberships, &member->link);
    m->nr_memberships += !v6;
    net_timers_changed();
    return 0;
}

static void end_membership(struct multicast *m, struct membership *member)
{
    list_remove(&member->link);
    source_filter_end(&member->filter);
    m->nr_memberships -= IP_IS_V4_VAL(member->group);
    leave_netif(member->netif, &member->group);
    kfree(member);
}

static int leave(struct multicast *m, const struct request *r)
{
    bool by_route = r->device == 0 && ip4_addr_isany(&r->address);
    if (IP_IS_V4_VAL(r->group) && by_route && find_netif(r) == NULL)
        return -ENODEV;
    struct netif *netif = IP_IS_V4_VAL(r->group) || r->device != 0 ? find_netif(r) : NULL;
    struct membership *member = NULL;
    if (netif != NULL || by_route)
        member = find(m, &r->group, netif, NULL);
    else if (r->device == 0)
        member = find(m, &r->group, NULL, &r->address);
    if (member == NULL)
        return -EADDRNOTAVAIL;
    end_membership(m, member);
    return 0;
}

bool multicast_is_member(const struct datagram_socket *d, const ip_addr_t *group,
                         const ip_addr_t *source, const struct netif *netif)
{
    bool v6 = IP_IS_V6(group);
    const struct membership *member = find(&d->multicast, group, v6 ? NULL : netif, NULL);
    return member != NULL ? source_filter_passes(&member->filter, source) : d->multicast.all[v6];
}

void multicast_leave_all(struct datagram_socket *d)
{
    list_for_each_safe (it, next, &d->multicast.memberships)
        end_membership(&d->multicast, list_entry(it, struct membership, link));
}

/* ---- Sources ---- */

/* What an option does with one source of a group. */
struct source_request {
    struct request r;
    ip_addr_t source;
    bool only; /* of those who get the sources that are named alone */
    bool adds;
};

static int remove_source(struct multicast *m, struct membership *member, const ip_addr_t *source)
{
    int err = source_filter_remove(&member->filter, source);
    if (err == 0 && member->filter.only && member->filter.nr == 0)
        end_membership(m, member);
    return err;
}

static int change_source(struct multicast *m, const struct source_request *s)
{
    bool v6 = IP_IS_V6_VAL(s->r.group);
    if (!ip_addr_ismulticast(&s->r.group))
        return -EINVAL;
    int err = s->only && s->adds ? join(m, &s->r) : 0;
    if (err != 0 && err != -EADDRINUSE)
        return err;
    const struct netif *netif = find_netif(&s->r);
    if (netif == NULL)
        return -ENODEV;
    struct membership *member = find(m, &s->r.group, v6 && s->r.device == 0 ? NULL : netif, NULL);
    if (member == NULL)
        return -EINVAL;
    err = source_filter_turn(&member->filter, s->only);
    if (err != 0)
        return err;
    return s->adds ? source_filter_add(&member->filter, &s->source)
                   : remove_source(m, member, &s->source);
}

/* ---- Options ---- */

/* ip_mreqn, or without an index ip_mreq. */
static int read_request(struct request *r, const void *value, size_t size)
{
    struct ip_mreqn n = {.imr_ifindex = 0};
    if (size < sizeof(struct ip_mreq))
        return -EINVAL;
    memcpy(&n, value, size >= sizeof(n) ? sizeof(n) : sizeof(struct ip_mreq));
    ip_addr_set_ip4_u32(&r->group, n.imr_multiaddr.s_addr);
    r->device = n.imr_ifindex;
    r->address.addr = n.imr_address.s_addr;
    return 0;
}

static void read_group6(ip_addr_t *group, const struct in6_addr *from)
{
    ip6_addr_t ip;
    memcpy(ip.addr, from, sizeof(ip.addr));
    ip6_addr_clear_zone(&ip);
    ip_addr_copy_from_ip6(*group, ip);
}

static int read_request6(struct request *r, const void *value, size_t size)
{
    struct ipv6_mreq n;
    if (size < sizeof(n))
        return -EINVAL;
    memcpy(&n, value, sizeof(n));
    read_group6(&r->group, &n.ipv6mr_multiaddr);
    r->device = n.ipv6mr_ifindex;
    return 0;
}

/* Is it one of the option's version? */
static bool read_storage(ip_addr_t *ip, bool v6, const struct __kernel_sockaddr_storage *from)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    memcpy(&in, from, sizeof(in));
    memcpy(&in6, from, sizeof(in6));
    if (v6)
        read_group6(ip, &in6.sin6_addr);
    else
        ip_addr_set_ip4_u32(ip, in.sin_addr.s_addr);
    return from->ss_family == (v6 ? AF_INET6 : AF_INET);
}

/* Of MCAST_JOIN_GROUP. */
static int read_group_request(struct request *r, bool v6, const void *value, size_t size)
{
    struct group_req n;
    if (size < sizeof(n))
        return -EINVAL;
    memcpy(&n, value, sizeof(n));
    r->device = (int)n.gr_interface;
    if (!read_storage(&r->group, v6, &n.gr_group))
        return v6 ? -EADDRNOTAVAIL : -EINVAL;
    return 0;
}

/* Of MCAST_JOIN_SOURCE_GROUP and its kin. */
static int read_group_source(struct source_request *s, bool v6, const void *value, size_t size)
{
    struct group_source_req n;
    if (size < sizeof(n))
        return -EINVAL;
    memcpy(&n, value, sizeof(n));
    s->r.device = (int)n.gsr_interface;
    bool group = read_storage(&s->r.group, v6, &n.gsr_group);
    return read_storage(&s->source, v6, &n.gsr_source) && group ? 0 : -EADDRNOTAVAIL;
}

/* Of IP_ADD_SOURCE_MEMBERSHIP and its kin. */
static int read_source(struct source_request *s, const void *value, size_t size)
{
    struct ip_mreq_source n;
    if (size != sizeof(n))
        return -EINVAL;
    memcpy(&n, value, sizeof(n));
    ip_addr_set_ip4_u32(&s->r.group, n.imr_multiaddr);
    ip_addr_set_ip4_u32(&s->source, n.imr_sourceaddr);
    s->r.address.addr = n.imr_interface;
    return 0;
}

static int change(struct multicast *m, bool joins, const struct request *r)
{
    if (!ip_addr_ismulticast(&r->group))
        return -EINVAL;
    return joins ? join(m, r) : leave(m, r);
}

/* The interface to send by: an ip_mreqn, an ip_mreq, or an address alone. */
static int set_interface(struct datagram_socket *d, const void *value, size_t size)
{
    struct ip_mreqn n = {.imr_ifindex = 0};
    struct request r = {.device = 0};
    if (size >= sizeof(struct ip_mreq))
        memcpy(&n, value, size >= sizeof(n) ? sizeof(n) : sizeof(struct ip_mreq));
    else if (size >= sizeof(n.imr_address))
        memcpy(&n.imr_address, value, sizeof(n.imr_address));
    r.device = n.imr_ifindex;
    r.address.addr = n.imr_address.s_addr;
    bool any = r.device == 0 && ip4_addr_isany_val(r.address);
    const struct netif *netif = any ? NULL : find_netif(&r);
    if (!any && netif == NULL)
        return -EADDRNOTAVAIL;
    if (!any && d->i.device != 0 && netif_get_index(netif) != d->i.device)
        return -EINVAL;
    d->multicast.device[0] = any ? 0 : netif_get_index(netif);
    d->multicast.address = r.address;
    return 0;
}

static int set_interface6(struct datagram_socket *d, int n)
{
    if (n != 0 && netif_of(n) == NULL)
        return -ENODEV;
    if (n != 0 && d->i.device != 0 && n != d->i.device)
        return -EINVAL;
    d->multicast.device[1] = (uint8_t)n;
    return 0;
}

static int set_hops(struct multicast *m, bool v6, int n)
{
    if (n < -1 || n > BYTE_MAX)
        return -EINVAL;
    m->hops[v6] = (uint8_t)(n == -1 ? 1 : n);
    return 0;
}

static int set_bool(bool *flag, bool strict, int n)
{
    if (strict && n != 0 && n != 1)
        return -EINVAL;
    *flag = n != 0;
    return 0;
}

/* Options that are a number. */
static int set_number(struct datagram_socket *d, bool v6, int name, int n)
{
    struct multicast *m = &d->multicast;
    switch (name) {
    case IP_MULTICAST_TTL:
        return v6 ? -ENOPROTOOPT : set_hops(m, false, n);
    case IP_MULTICAST_LOOP:
        return v6 ? -ENOPROTOOPT : set_bool(&m->loop[0], false, n);
    case IP_MULTICAST_ALL:
        return v6 ? -ENOPROTOOPT : set_bool(&m->all[0], true, n);
    case IPV6_MULTICAST_IF:
        return v6 ? set_interface6(d, n) : -ENOPROTOOPT;
    case IPV6_MULTICAST_HOPS:
        return v6 ? set_hops(m, true, n) : -ENOPROTOOPT;
    case IPV6_MULTICAST_LOOP:
        return v6 ? set_bool(&m->loop[1], true, n) : -ENOPROTOOPT;
    case IPV6_MULTICAST_ALL:
        return v6 ? set_bool(&m->all[1], false, n) : -ENOPROTOOPT;
    default:
        return -ENOPROTOOPT;
    }
}

/* Options that are about one source of a group. */
static const struct source_option {
    uint8_t name;
    bool generic; /* of both versions */
    bool only, adds;
} source_options[] = {
    {IP_BLOCK_SOURCE, false, false, true},         {IP_UNBLOCK_SOURCE, false, false, false},
    {IP_ADD_SOURCE_MEMBERSHIP, false, true, true}, {IP_DROP_SOURCE_MEMBERSHIP, false, true, false},
    {MCAST_BLOCK_SOURCE, true, false, true},       {MCAST_UNBLOCK_SOURCE, true, false, false},
    {MCAST_JOIN_SOURCE_GROUP, true, true, true},   {MCAST_LEAVE_SOURCE_GROUP, true, true, false},
};

/* −ENOPROTOOPT: another option. */
static int set_source(struct multicast *m, bool v6, int name, const void *value, size_t size)
{
    for (unsigned i = 0; i < ARRAY_SIZE(source_options); i++) {
        const struct source_option *o = &source_options[i];
        if (o->name != name || (v6 && !o->generic))
            continue;
        struct source_request s = {.only = o->only, .adds = o->adds};
        int err =
            o->generic ? read_group_source(&s, v6, value, size) : read_source(&s, value, size);
        return err != 0 ? err : change_source(m, &s);
    }
    return -ENOPROTOOPT;
}

static int set(struct datagram_socket *d, bool v6, int name, const void *value, size_t size)
{
    struct request r = {.device = 0};
    bool joins = name == MCAST_JOIN_GROUP || name == (v6 ? IPV6_ADD_MEMBERSHIP : IP_ADD_MEMBERSHIP);
    int n, err;
    if (name == MCAST_MSFILTER || (!v6 && name == IP_MSFILTER))
        return -EOPNOTSUPP;
    err = set_source(&d->multicast, v6, name, value, size);
    if (err != -ENOPROTOOPT)
        return err;
    if (name == MCAST_JOIN_GROUP || name == MCAST_LEAVE_GROUP) {
        err = read_group_request(&r, v6, value, size);
        return err != 0 ? err : change(&d->multicast, joins, &r);
    }
    if (joins || name == (v6 ? IPV6_DROP_MEMBERSHIP : IP_DROP_MEMBERSHIP)) {
        err = v6 ? read_request6(&r, value, size) : read_request(&r, value, size);
        return err != 0 ? err : change(&d->multicast, joins, &r);
    }
    if (!v6 && name == IP_MULTICAST_IF)
        return set_interface(d, value, size);
    if ((v6 && size < sizeof(n)) || inet_read_int(&n, value, size) != 0)
        n = INT32_MIN;
    err = set_number(d, v6, name, n);
    return err != -ENOPROTOOPT && n == INT32_MIN ? -EINVAL : err;
}

static bool is_level(const struct datagram_socket *d, int level)
{
    return level == IPPROTO_IP || (level == IPPROTO_IPV6 && d->i.s.family == AF_INET6);
}

int multicast_set_option(struct datagram_socket *d, int level, int name, const void *value,
                         size_t size)
{
    if (!is_level(d, level))
        return -ENOPROTOOPT;
    return set(d, level == IPPROTO_IPV6, name, value, size);
}

static ssize_t get6(const struct multicast *m, int name, void *value, size_t size)
{
    switch (name) {
    case IPV6_MULTICAST_IF:
        return inet_write_int(value, size, m->device[1]);
    case IPV6_MULTICAST_HOPS:
        return inet_write_int(value, size, m->hops[1]);
    case IPV6_MULTICAST_LOOP:
        return inet_write_int(value, size, m->loop[1]);
    case IPV6_MULTICAST_ALL:
        return inet_write_int(value, size, m->all[1]);
    default:
        return -ENOPROTOOPT;
    }
}

ssize_t multicast_get_option(const struct datagram_socket *d, int level, int name, void *value,
                             size_t size)
{
    const struct multicast *m = &d->multicast;
    if (!is_level(d, level))
        return -ENOPROTOOPT;
    if (level == IPPROTO_IPV6)
        return get6(m, name, value, size);
    switch (name) {
    case IP_MULTICAST_IF:
        return inet_write_int(value, size, (int)m->address.addr);
    case IP_MULTICAST_TTL:
        return inet_write_int(value, size, m->hops[0]);
    case IP_MULTICAST_LOOP:
        return inet_write_int(value, size, m->loop[0]);
    case IP_MULTICAST_ALL:
        return inet_write_int(value, size, m->all[0]);
    default:
        return -ENOPROTOOPT;
    }
}
