/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: options of the levels IPPROTO_IP and IPPROTO_IPV6, and those of SOL_SOCKET that are about
 * ports, interfaces and MSG_ZEROCOPY. What is not here is −ENOPROTOOPT: an option that is accepted
 * has its effect.
 *
 * Locks: net_core.
 */
#include "error_queue.h"
#include "interface.h"
#include "stamps.h"

#include <asm/socket.h>
#include <hermit/string.h>

#include "lwip/ip.h"

#define BYTE_MAX 255

int inet_read_int(int *n, const void *value, size_t size)
{
    if (size >= sizeof(*n))
        memcpy(n, value, sizeof(*n));
    else if (size > 0)
        *n = *(const uint8_t *)value;
    else
        return -EINVAL;
    return 0;
}

ssize_t inet_write_int(void *value, size_t size, int n)
{
    size = MIN(size, sizeof(n));
    memcpy(value, &n, size);
    return (ssize_t)size;
}

/* Hops that a packet may take; −1: the default. */
static int set_ttl(struct inet_socket *i, int n, int least)
{
    if (n > BYTE_MAX || (n != -1 && n < least))
        return -EINVAL;
    i->ttl = (uint8_t)(n == -1 ? IP_DEFAULT_TTL : n);
    return 0;
}

static int set_v6only(struct inet_socket *i, bool on)
{
    if (inet_local_port(i) != 0)
        return -EINVAL;
    i->v6only = on;
    if (i->pcb.ip != NULL) {
        IP_SET_TYPE_VAL(i->pcb.ip->local_ip, inet_pcb_type(i));
        IP_SET_TYPE_VAL(i->pcb.ip->remote_ip, inet_pcb_type(i));
    }
    return 0;
}

/* INET_* of an option that is on or off; 0: another one. */
static unsigned flag_of(bool v6, int name)
{
    static const struct {
        int name;
        bool v6;
        unsigned flag;
    } options[] = {
        {IP_PKTINFO, false, INET_WANTS_PKTINFO},
        {IP_RECVTTL, false, INET_WANTS_TTL},
        {IP_RECVTOS, false, INET_WANTS_TOS},
        {IP_RECVERR, false, INET_RECVERR},
        {IP_FREEBIND, false, INET_FREEBIND},
        {IP_TRANSPARENT, false, INET_TRANSPARENT},
        {IPV6_RECVPKTINFO, true, INET_WANTS_PKTINFO6},
        {IPV6_RECVHOPLIMIT, true, INET_WANTS_HOPLIMIT},
        {IPV6_RECVTCLASS, true, INET_WANTS_TCLASS},
        {IPV6_RECVERR, true, INET_RECVERR6},
        {IPV6_FREEBIND, true, INET_FREEBIND},
        {IPV6_TRANSPARENT, true, INET_TRANSPARENT},
    };
    for (unsigned n = 0; n < ARRAY_SIZE(options); n++)
        if (options[n].v6 == v6 && options[n].name == name)
            return options[n].flag;
    return 0;
}

static int set_flag(struct inet_socket *i, bool v6, int name, bool on)
{
    unsigned flag = flag_of(v6, name);
    if (flag == 0)
        return -ENOPROTOOPT;
    i->flags = on ? i->flags | flag : i->flags & ~flag;
    if (!on && flag & (INET_RECVERR | INET_RECVERR6))
        error_queue_drop(i, false);
    return 0;
}

static int set_discover(struct inet_socket *i, bool v6, int n)
{
    if (n < IP_PMTUDISC_DONT || n > IP_PMTUDISC_OMIT)
        return -EINVAL;
    i->discover[v6] = (uint8_t)n;
    return 0;
}

static int set_ip(struct inet_socket *i, int name, int n)
{
    switch (name) {
    case IP_TTL:
        return set_ttl(i, n, 1);
    case IP_TOS:
        i->tos = (uint8_t)n;
        return 0;
    case IP_MTU_DISCOVER:
        return set_discover(i, false, n);
    default:
        return set_flag(i, false, name, n != 0);
    }
}

static int set_ipv6(struct inet_socket *i, int name, int n)
{
    switch (name) {
    case IPV6_V6ONLY:
        return set_v6only(i, n != 0);
    case IPV6_UNICAST_HOPS:
        return set_ttl(i, n, 0);
    case IPV6_TCLASS:
        if (n < -1 || n > BYTE_MAX)
            return -EINVAL;
        i->tos = (uint8_t)(n == -1 ? 0 : n);
        return 0;
    case IPV6_MTU_DISCOVER:
        return set_discover(i, true, n);
    default:
        return set_flag(i, true, name, n != 0);
    }
}

int inet_set_option(struct inet_socket *i, int level, int name, const void *value, size_t size)
{
    bool v6 = level == IPPROTO_IPV6;
    int n, err = -ENOPROTOOPT;
    if (level != IPPROTO_IP && !(v6 && i->s.family == AF_INET6))
        return -ENOPROTOOPT;
    if (v6 && size < sizeof(n))
        return -EINVAL;
    if (inet_read_int(&n, value, size) != 0)
        return -EINVAL;
    net_lock();
    err = v6 ? set_ipv6(i, name, n) : set_ip(i, name, n);
    if (err == 0)
        inet_apply_options(i);
    net_unlock();
    return err;
}

/* Of the way to the peer. IPv6's interface has one byte more than a packet's length can say. */
static ssize_t get_mtu(const struct inet_socket *i, bool v6, void *value, size_t size)
{
    const struct ip_pcb *pcb = i->pcb.ip;
    if (pcb == NULL || ip_addr_isany(&pcb->remote_ip))
        return -ENOTCONN;
    const struct netif *netif = ip_route(&pcb->local_ip, &pcb->remote_ip);
    if (netif == NULL)
        return -ENOTCONN;
    return inet_write_int(value, size, netif->mtu + (v6 && netif->mtu == UINT16_MAX));
}

static ssize_t get_ip(struct inet_socket *i, int name, void *value, size_t size)
{
    switch (name) {
    case IP_TTL:
        return inet_write_int(value, size, i->ttl);
    case IP_TOS:
        return inet_write_int(value, size, i->tos);
    case IP_MTU_DISCOVER:
        return inet_write_int(value, size, i->discover[0]);
    case IP_MTU:
        return get_mtu(i, false, value, size);
    default:
        return -ENOPROTOOPT;
    }
}

static ssize_t get_ipv6(struct inet_socket *i, int name, void *value, size_t size)
{
    switch (name) {
    case IPV6_V6ONLY:
        return inet_write_int(value, size, i->v6only);
    case IPV6_UNICAST_HOPS:
        return inet_write_int(value, size, i->ttl);
    case IPV6_TCLASS:
        return inet_write_int(value, size, i->tos);
    case IPV6_MTU_DISCOVER:
        return inet_write_int(value, size, i->discover[1]);
    case IPV6_MTU:
        return get_mtu(i, true, value, size);
    default:
        return -ENOPROTOOPT;
    }
}

static ssize_t get(struct inet_socket *i, int level, int name, void *value, size_t size)
{
    bool v6 = level == IPPROTO_IPV6;
    if (level != IPPROTO_IP && !(v6 && i->s.family == AF_INET6))    /* as on Linux, … */
        return i->s.family == AF_INET ? -EOPNOTSUPP : -ENOPROTOOPT; /* … where set is otherwise */
    unsigned flag = flag_of(v6, name);
    if (flag != 0)
        return inet_write_int(value, size, (i->flags & flag) != 0);
    return v6 ? get_ipv6(i, name, value, size) : get_ip(i, name, value, size);
}

ssize_t inet_get_option(struct inet_socket *i, int level, int name, void *value, size_t size)
{
    net_lock();
    ssize_t n = get(i, level, name, value, size);
    net_unlock();
    return n;
}

/* ---- SOL_SOCKET ---- */

/* Binds to the interface of an index, which need not exist, as on Linux; 0: to none. Locked. */
static int bind_to(struct inet_socket *i, int index)
{
    if (index < 0)
        return -EINVAL;
    i->device = index;
    inet_apply_options(i);
    return 0;
}

static int bind_to_name(struct inet_socket *i, const char *value, size_t size)
{
    struct interface interface;
    char name[IFNAMSIZ] = "";
    memcpy(name, value, MIN(size, sizeof(name) - 1));
    if (name[0] != '\0' && !interface_by_name(name, &interface))
        return -ENODEV;
    net_lock();
    int err = bind_to(i, name[0] == '\0' ? 0 : interface.index);
    net_unlock();
    return err;
}

static int set_zerocopy(struct inet_socket *i, int n)
{
    if (i->s.type == SOCK_RAW || (i->s.protocol != IPPROTO_TCP && i->s.protocol != IPPROTO_UDP))
        return -EOPNOTSUPP;
    if (n != 0 && n != 1)
        return -EINVAL;
    i->flags &= ~(unsigned)INET_ZEROCOPY;
    i->flags |= n ? INET_ZEROCOPY : 0;
    return 0;
}

int inet_set_socket_option(struct socket *s, int name, const void *value, size_t size)
{
    struct inet_socket *i = inet_of(s);
    int n = 0, err = -ENOPROTOOPT;
    if (name == SO_BINDTODEVICE)
        return bind_to_name(i, value, size);
    memcpy(&n, value, MIN(size, sizeof(n)));
    err = stamps_set_option(i, name, value, size);
    if (err != -ENOPROTOOPT)
        return err;
    net_lock();
    if (name == SO_BINDTOIFINDEX)
        err = bind_to(i, n);
    if (name == SO_REUSEPORT) {
        i->reuseport = n != 0;
        inet_apply_options(i);
        err = 0;
    }
    if (name == SO_ZEROCOPY)
        err = set_zerocopy(i, n);
    net_unlock();
    return err;
}

static ssize_t get_device_name(const struct inet_socket *i, void *value, size_t size)
{
    struct interface interface;
    if (i->device == 0)
        return 0;
    if (size < IFNAMSIZ)
        return -EINVAL;
    if (!interface_by_index(i->device, &interface))
        return -ENODEV;
    size = strlen(interface.name) + 1;
    memcpy(value, interface.name, size);
    return (ssize_t)size;
}

ssize_t inet_get_socket_option(struct inet_socket *i, int name, void *value, size_t size)
{
    switch (name) {
    case SO_BINDTODEVICE:
        return get_device_name(i, value, size);
    case SO_BINDTOIFINDEX:
        return inet_write_int(value, size, i->device);
    case SO_REUSEPORT:
        return inet_write_int(value, size, i->reuseport);
    case SO_ZEROCOPY:
        return inet_write_int(value, size, (i->flags & INET_ZEROCOPY) != 0);
    default:
        return stamps_get_option(i, name, value, size);
    }
}
