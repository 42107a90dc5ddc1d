/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: sockets of AF_INET and AF_INET6: their creation, their addresses, where packets go.
 *
 * Locks: see inet.h.
 */
#include "inet.h"
#include "card.h"

#include <asm/socket.h>
#include <hermit/string.h>

#include "lwip/ip.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

#define NO_DEVICE     255 /* an index that no interface has */
#define V6_LENGTH_MIN 24  /* of struct sockaddr_in6 before it had sin6_scope_id */

static int create(int family, int type, int protocol, struct socket **s)
{
    struct inet_socket *i;
    int icmp = family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
    if (protocol < 0 || protocol >= IPPROTO_MAX)
        return -EINVAL;
    if (type == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP))
        i = tcp_socket_create(family);
    else if (type == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP))
        i = udp_socket_create(family);
    else if (type == SOCK_DGRAM && protocol == icmp)
        i = raw_socket_create(family, type, protocol); /* a ping socket */
    else if (type == SOCK_RAW && protocol != 0 && protocol <= IPPROTO_RAW)
        i = raw_socket_create(family, type, protocol);
    else
        return type >= SOCK_STREAM && type <= SOCK_RAW ? -EPROTONOSUPPORT : -ESOCKTNOSUPPORT;
    if (i == NULL)
        return -ENOBUFS;
    *s = &i->s;
    return 0;
}

int inet_create(int type, int protocol, struct socket **s)
{
    return create(AF_INET, type, protocol, s);
}

int inet6_create(int type, int protocol, struct socket **s)
{
    return create(AF_INET6, type, protocol, s);
}

void inet_init(struct inet_socket *i, const struct socket_ops *ops, int family, int type,
               int protocol, void (*free)(struct channel *))
{
    socket_init(&i->s, ops, family, type, protocol, free);
    list_init(&i->errors);
    i->ttl = IP_DEFAULT_TTL;
    i->discover[0] = i->discover[1] = IP_PMTUDISC_WANT;
}

uint8_t inet_pcb_type(const struct inet_socket *i)
{
    if (i->s.family == AF_INET)
        return IPADDR_TYPE_V4;
    return i->v6only ? IPADDR_TYPE_V6 : IPADDR_TYPE_ANY;
}

static void from_v4(const struct socket_address *a, struct inet_name *name)
{
    ip_addr_set_ip4_u32(&name->ip, a->in.sin_addr.s_addr);
    name->port = lwip_ntohs(a->in.sin_port);
}

/* An address of IPv4 inside one of IPv6 becomes one of IPv4. */
static int from_v6(const struct inet_socket *i, const struct socket_address *a,
                   struct inet_name *name)
{
    ip6_addr_t ip;
    memcpy(ip.addr, &a->in6.sin6_addr, sizeof(ip.addr));
    ip6_addr_clear_zone(&ip);
    name->port = lwip_ntohs(a->in6.sin6_port);
    if (ip6_addr_isipv4mappedipv6(&ip)) {
        ip_addr_set_ip4_u32(&name->ip, ip.addr[3]);
        return i->v6only ? -ENETUNREACH : 0;
    }
    ip_addr_copy_from_ip6(name->ip, ip);
    if (ip6_addr_has_scope(&ip, IP6_UNKNOWN))
        ip6_addr_set_zone(ip_2_ip6(&name->ip), (u8_t)a->in6.sin6_scope_id);
    return 0;
}

int inet_read_name(const struct inet_socket *i, const struct socket_address *a,
                   struct inet_name *name)
{
    bool v6 = i->s.family == AF_INET6;
    if (a->length < sizeof(a->family))
        return -EINVAL;
    if (a->length < (v6 ? V6_LENGTH_MIN : sizeof(a->in)))
        return -EINVAL;
    if (a->family != i->s.family)
        return -EAFNOSUPPORT;
    if (!v6) {
        from_v4(a, name);
        if (ip_addr_isany_val(name->ip))
            ip_addr_set_loopback(false, &name->ip);
        return 0;
    }
    int err = from_v6(i, a, name);
    if (err == 0 && ip_addr_isany_val(name->ip))
        ip_addr_set_loopback(IP_IS_V6_VAL(name->ip), &name->ip);
    return err;
}

void inet_await_address(const struct inet_socket *i, const struct socket_address *to)
{
    struct inet_name name;
    if (inet_read_name(i, to, &name) != 0 || ip_addr_isloopback(&name.ip) ||
        likely(cards_settled(IP_IS_V6_VAL(name.ip))))
        return;
    net_lock();
    cards_await_address(IP_IS_V6_VAL(name.ip));
    net_unlock();
}

bool inet_is_own(const ip_addr_t *ip)
{
    struct netif *netif;
    if (IP_IS_V4(ip) && ip4_addr_isloopback(ip_2_ip4(ip)))
        return true;
    NETIF_FOREACH(netif)
    {
        if (IP_IS_V4(ip) ? ip4_addr_cmp(ip_2_ip4(ip), netif_ip4_addr(netif))
                         : netif_get_ip6_addr_match(netif, ip_2_ip6(ip)) >= 0)
            return true;
    }
    return false;
}

/* An address to receive broadcasts at. */
static bool is_broadcast(const ip_addr_t *ip)
{
    struct netif *netif;
    NETIF_FOREACH(netif)
    if (IP_IS_V4(ip) && ip4_addr_isbroadcast(ip_2_ip4(ip), netif))
        return true;
    return false;
}

int inet_read_bind_name(const struct inet_socket *i, const struct socket_address *a,
                        struct inet_name *name)
{
    bool v6 = i->s.family == AF_INET6;
    int err = 0;
    if (a->length < (v6 ? V6_LENGTH_MIN : sizeof(a->in)))
        return -EINVAL;
    if (!v6) {
        bool any = a->family == AF_UNSPEC && a->in.sin_addr.s_addr == 0; /* as on Linux */
        if (a->family != AF_INET && !any)
            return -EAFNOSUPPORT;
        from_v4(a, name);
    } else {
        if (a->family != AF_INET6)
            return -EAFNOSUPPORT;
        err = from_v6(i, a, name);
    }
    if (err != 0)
        return -EINVAL; /* of IPv4, by a socket for IPv6 alone */
    if (!ip_addr_isloopback(&name->ip))
        cards_await_address(IP_IS_V6_VAL(name->ip) && !ip_addr_isany_val(name->ip));
    if (!ip_addr_isany_val(name->ip) && !inet_is_own(&name->ip) && !inet_is_free(i) &&
        !ip_addr_ismulticast(&name->ip) && !is_broadcast(&name->ip))
        return -EADDRNOTAVAIL;
    if (v6 && IP_IS_V6_VAL(name->ip) && ip_addr_isany_val(name->ip))
        IP_SET_TYPE_VAL(name->ip, inet_pcb_type(i));
    return 0;
}

void inet_write_name(const struct inet_socket *i, const ip_addr_t *ip, uint16_t port,
                     struct socket_address *a)
{
    memset(a, 0, sizeof(*a));
    if (i->s.family == AF_INET) {
        a->length = sizeof(a->in);
        a->in.sin_family = AF_INET;
        a->in.sin_port = lwip_htons(port);
        a->in.sin_addr.s_addr = ip_addr_get_ip4_u32(ip);
        return;
    }
    a->length = sizeof(a->in6);
    a->in6.sin6_family = AF_INET6;
    a->in6.sin6_port = lwip_htons(port);
    ip6_addr_t v6 = *ip_2_ip6(ip);
    if (IP_IS_V4(ip) && !ip_addr_isany(ip))
        ip4_2_ipv4_mapped_ipv6(&v6, ip_2_ip4(ip));
    memcpy(&a->in6.sin6_addr, v6.addr, sizeof(v6.addr));
    if (ip6_addr_has_zone(&v6))
        a->in6.sin6_scope_id = ip6_addr_zone(&v6);
}

int inet_route(const ip_addr_t *to, ip_addr_t *from, struct netif **netif)
{
    *netif = ip_route(from, to);
    if (*netif == NULL)
        return -ENETUNREACH;
    if (!ip_addr_isany(from))
        return 0;
    const ip_addr_t *source = ip_netif_get_local_ip(*netif, to);
    if (source == NULL)
        return -ENETUNREACH;
    ip_addr_copy(*from, *source);
    return 0;
}

size_t inet_copy_out(struct io_cursor *io, const struct pbuf *p, size_t offset, size_t n)
{
    size_t done = 0;
    for (; done < n; p = p->next) {
        size_t here = MIN((size_t)p->len - MIN(offset, (size_t)p->len), n - done);
        size_t copied =
            io_copy_to(io, (const char *)p->payload + MIN(offset, (size_t)p->len), here);
        done += copied;
        if (copied != here)
            break;
        offset -= MIN(offset, (size_t)p->len);
    }
    return done;
}

static void apply(struct ip_pcb *pcb, u8_t flag, bool on)
{
    if (on)
        ip_set_option(pcb, flag);
    else
        ip_reset_option(pcb, flag);
}

void inet_apply_options(struct inet_socket *i)
{
    struct ip_pcb *pcb = i->pcb.ip;
    if (pcb == NULL)
        return;
    pcb->ttl = i->ttl;
    pcb->tos = i->tos;
    apply(pcb, INET_OF_V6, i->s.family == AF_INET6);
    pcb->netif_idx = (u8_t)MIN(i->device, NO_DEVICE);
    apply(pcb, SOF_REUSEPORT, i->reuseport);
    apply(pcb, SOF_REUSEADDR, socket_flag(&i->s, SO_REUSEADDR));
    apply(pcb, SOF_BROADCAST, socket_flag(&i->s, SO_BROADCAST));
    apply(pcb, SOF_KEEPALIVE, socket_flag(&i->s, SO_KEEPALIVE));
}

uint16_t inet_local_port(const struct inet_socket *i)
{
    if (i->pcb.ip == NULL)
        return 0;
    if (i->s.protocol == IPPROTO_UDP && i->s.type == SOCK_DGRAM)
        return i->pcb.udp->local_port;
    return i->s.type == SOCK_STREAM ? i->pcb.tcp->local_port : 0;
}
