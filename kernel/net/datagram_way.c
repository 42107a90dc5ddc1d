/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How datagrams are sent: interface, source, hops, as options and control messages say; and what a
 * receiver is told of the way that one took.
 *
 * Locks: see inet.h.
 */
#include "datagram.h"
#include "stamps.h"

#include <asm/socket.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <linux/ipv6.h>
#include <linux/time_types.h>

#include "lwip/ip.h"

#define BYTE_MAX 255

/* ---- To send ---- */

/* What the control messages of one call say. */
struct sent_control {
    ip_addr_t from;  /* any: nothing */
    unsigned device; /* 0: nothing */
    int ttl, tos;    /* −1: nothing */
};

static int read_data(void *to, size_t size, const void *data, size_t given)
{
    if (given != size)
        return -EINVAL;
    memcpy(to, data, size);
    return 0;
}

static int read_byte(int *n, int least, const void *data, size_t size)
{
    int err = read_data(n, sizeof(*n), data, size);
    return err == 0 && (*n < least || *n > BYTE_MAX) ? -EINVAL : err;
}

static int read_info(struct sent_control *c, const void *data, size_t size)
{
    struct in_pktinfo info;
    int err = read_data(&info, sizeof(info), data, size);
    if (err != 0)
        return err;
    if (info.ipi_ifindex != 0)
        c->device = (unsigned)info.ipi_ifindex;
    ip_addr_set_ip4_u32(&c->from, info.ipi_spec_dst.s_addr);
    return 0;
}

static int read_info6(struct sent_control *c, bool v6, const void *data, size_t size)
{
    struct in6_pktinfo info;
    ip6_addr_t ip;
    if (size < sizeof(info))
        return -EINVAL;
    memcpy(&info, data, sizeof(info));
    memcpy(ip.addr, &info.ipi6_addr, sizeof(ip.addr));
    ip6_addr_clear_zone(&ip);
    if (!v6 && !ip6_addr_isipv4mappedipv6(&ip))
        return -EINVAL;
    if (info.ipi6_ifindex != 0)
        c->device = (unsigned)info.ipi6_ifindex;
    if (!v6)
        ip_addr_set_ip4_u32(&c->from, ip.addr[3]);
    else
        ip_addr_copy_from_ip6(c->from, ip);
    return 0;
}

/* One of IPPROTO_IP, of a datagram of IPv4. */
static int read_ip(struct sent_control *c, int type, const void *data, size_t size)
{
    uint8_t byte;
    switch (type) {
    case IP_PKTINFO:
        return read_info(c, data, size);
    case IP_TTL:
        return read_byte(&c->ttl, 1, data, size);
    case IP_TOS:
        if (size != sizeof(byte))
            return read_byte(&c->tos, 0, data, size);
        memcpy(&byte, data, sizeof(byte));
        c->tos = byte;
        return 0;
    default:
        return -EINVAL;
    }
}

static int read_ipv6(struct sent_control *c, int type, const void *data, size_t size)
{
    switch (type) {
    case IPV6_PKTINFO:
        return read_info6(c, true, data, size);
    case IPV6_HOPLIMIT:
        return read_byte(&c->ttl, -1, data, size);
    case IPV6_TCLASS:
        return read_byte(&c->tos, -1, data, size);
    default:
        return -EINVAL;
    }
}

static int read_control(struct sent_control *c, const struct datagram_socket *d, bool v6,
                        const struct socket_message *m)
{
    struct cmsghdr header;
    const char *data;
    size_t at = 0;
    int err;
    while ((err = socket_control_next(m->sent_control, m->sent_control_size, &at, &header, &data)) >
           0) {
        size_t size = header.length - sizeof(header);
        err = 0;
        if (header.level == IPPROTO_IPV6 && !v6 && header.type == IPV6_PKTINFO)
            err = d->i.s.family == AF_INET6 ? read_info6(c, false, data, size) : 0;
        else if (header.level == IPPROTO_IPV6 && v6)
            err = read_ipv6(c, header.type, data, size);
        else if (header.level == IPPROTO_IP && !v6)
            err = read_ip(c, header.type, data, size);
        if (err != 0)
            return err;
    }
    return err;
}

/* The interface, and with it the source if there is none yet. */
static int find_netif(unsigned device, const ip_addr_t *to, struct datagram_way *way)
{
    struct netif *netif = device > BYTE_MAX ? NULL : netif_get_by_index((uint8_t)device);
    if (device != 0 && netif == NULL)
        return -ENODEV;
    way->netif = ip_route(&way->from, to);
    if (way->netif == NULL && ip_addr_ismulticast(to))
        way->netif = netif_default;
    /* Its own address is behind the loop interface all the same. */
    if (netif != NULL && !(inet_is_own(to) && !ip_addr_isloopback(to)))
        way->netif = netif;
    if (way->netif == NULL)
        return -ENETUNREACH;
    if (!ip_addr_isany_val(way->from))
        return 0;
    const ip_addr_t *source = ip_netif_get_local_ip(way->netif, to);
    if (source == NULL)
        return -ENETUNREACH;
    ip_addr_copy(way->from, *source);
    return 0;
}

int datagram_find_way(const struct datagram_socket *d, const ip_addr_t *to,
                      const struct socket_message *m, struct datagram_way *way)
{
    const struct inet_socket *i = &d->i;
    bool v6 = IP_IS_V6(to), group = ip_addr_ismulticast(to);
    struct sent_control c = {.ttl = -1, .tos = -1};
    int err = m != NULL ? read_control(&c, d, v6, m) : 0;
    if (err != 0)
        return err;
    if (!ip_addr_isany_val(c.from) && !inet_is_free(i) && !inet_is_own(&c.from))
        return v6 ? -EINVAL : -ENETUNREACH;
    unsigned device = c.device != 0 ? c.device : (unsigned)i->device;
    ip_addr_copy(way->from, i->pcb.ip->local_ip);
    if (ip_addr_ismulticast(&way->from) || (!inet_is_free(i) && !inet_is_own(&way->from)))
        ip_addr_set_any(v6, &way->from); /* a group's, or a net's */
    if (!ip_addr_isany_val(c.from))
        ip_addr_copy(way->from, c.from);
    if (group && device == 0)
        device = d->multicast.device[v6];
    if (group && !v6 && ip_addr_isany_val(way->from) && !ip4_addr_isany(&d->multicast.address))
        ip_addr_copy_from_ip4(way->from, d->multicast.address);
    way->ttl = group ? d->multicast.hops[v6] : i->ttl;
    if (c.ttl >= 0)
        way->ttl = (uint8_t)c.ttl;
    way->tos = c.tos >= 0 ? (uint8_t)c.tos : i->tos;
    way->loop = d->multicast.loop[v6];
    err = find_netif(device, to, way);
    if (err != 0)
        return err;
    unsigned mtu =
        d->path_mtu != 0 && i->discover[v6] != IP_PMTUDISC_PROBE ? d->path_mtu : way->netif->mtu;
    bool limited = i->discover[v6] >= IP_PMTUDISC_DO && i->discover[v6] != IP_PMTUDISC_OMIT;
    way->mtu = limited ? mtu : 0;
    way->whole = limited && i->discover[v6] != IP_PMTUDISC_INTERFACE;
    return 0;
}

int datagram_find_peer(const struct datagram_socket *d, const ip_addr_t *to,
                       struct datagram_way *way)
{
    int err = datagram_find_way(d, to, NULL, way);
    if (err == 0 && IP_IS_V4(to) && ip4_addr_isbroadcast(ip_2_ip4(to), way->netif) &&
        !socket_flag(&d->i.s, SO_BROADCAST))
        err = -EACCES;
    return err;
}

int datagram_read_destination(const struct inet_socket *i, const struct socket_address *a,
                              struct inet_name *name)
{
    struct socket_address v4;
    int err;
    if (i->s.family == AF_INET && a->length >= sizeof(a->in) && a->family == AF_UNSPEC) {
        v4 = *a;
        v4.family = AF_INET;
        err = inet_read_name(i, &v4, name);
    } else if (i->s.family == AF_INET6 && a->length >= sizeof(a->in) && a->family == AF_INET) {
        ip_addr_set_ip4_u32(&name->ip, a->in.sin_addr.s_addr);
        name->port = lwip_ntohs(a->in.sin_port);
        if (ip_addr_isany_val(name->ip))
            ip_addr_set_loopback(false, &name->ip);
        err = i->v6only ? -ENETUNREACH : 0;
    } else {
        err = inet_read_name(i, a, name);
    }
    return err;
}

/* ---- Received ---- */

static int tell_info(const struct datagram *g, struct socket_message *m)
{
    struct in_pktinfo info = {.ipi_ifindex = g->device};
    info.ipi_spec_dst.s_addr = g->local.addr;
    info.ipi_addr.s_addr = ip_addr_get_ip4_u32(&g->to);
    return socket_put_control(m, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
}

static int tell_info6(const struct datagram *g, struct socket_message *m)
{
    struct in6_pktinfo info = {.ipi6_ifindex = g->device};
    ip6_addr_t ip = *ip_2_ip6(&g->to);
    if (IP_IS_V4_VAL(g->to))
        ip4_2_ipv4_mapped_ipv6(&ip, ip_2_ip4(&g->to));
    memcpy(&info.ipi6_addr, ip.addr, sizeof(ip.addr));
    return socket_put_control(m, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
}

static int tell_int(int level, int type, int n, struct socket_message *m)
{
    return socket_put_control(m, level, type, &n, sizeof(n));
}

int datagram_tell(const struct datagram_socket *d, const struct datagram *g,
                  struct socket_message *m)
{
    unsigned wants = d->i.flags;
    bool v6 = IP_IS_V6_VAL(g->from.ip);
    int err = wants & INET_WANTS_STAMP ? stamps_tell(&d->i, g->stamp, m) : 0;
    if (g->device == 0)
        return err;
    if (err == 0 && wants & INET_WANTS_PKTINFO6)
        err = tell_info6(g, m);
    if (err == 0 && !v6 && wants & INET_WANTS_PKTINFO)
        err = tell_info(g, m);
    if (err == 0 && !v6 && wants & INET_WANTS_TTL)
        err = tell_int(IPPROTO_IP, IP_TTL, g->ttl, m);
    if (err == 0 && !v6 && wants & INET_WANTS_TOS)
        err = socket_put_control(m, IPPROTO_IP, IP_TOS, &g->tos, sizeof(g->tos));
    if (err == 0 && v6 && wants & INET_WANTS_HOPLIMIT)
        err = tell_int(IPPROTO_IPV6, IPV6_HOPLIMIT, g->ttl, m);
    if (err == 0 && v6 && wants & INET_WANTS_TCLASS)
        err = tell_int(IPPROTO_IPV6, IPV6_TCLASS, g->tos, m);
    return err;
}
