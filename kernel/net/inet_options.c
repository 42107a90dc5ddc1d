/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: options of the levels IPPROTO_IP and IPPROTO_IPV6. What is not here is −ENOPROTOOPT: an
 * option that is accepted has its effect.
 *
 * Locks: net_core.
 */
#include "inet.h"

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

static int set_ip(struct inet_socket *i, int name, int n)
{
    switch (name) {
    case IP_TTL:
        return set_ttl(i, n, 1);
    case IP_TOS:
        i->tos = (uint8_t)n;
        return 0;
    default:
        return -ENOPROTOOPT;
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
    default:
        return -ENOPROTOOPT;
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

static ssize_t get(struct inet_socket *i, int level, int name, void *value, size_t size)
{
    bool v6 = level == IPPROTO_IPV6 && i->s.family == AF_INET6;
    if (level == IPPROTO_IP && name == IP_TTL)
        return inet_write_int(value, size, i->ttl);
    if (level == IPPROTO_IP && name == IP_TOS)
        return inet_write_int(value, size, i->tos);
    if (v6 && name == IPV6_V6ONLY)
        return inet_write_int(value, size, i->v6only);
    if (v6 && name == IPV6_UNICAST_HOPS)
        return inet_write_int(value, size, i->ttl);
    if (v6 && name == IPV6_TCLASS)
        return inet_write_int(value, size, i->tos);
    /* As on Linux, where setsockopt(2) answers otherwise. */
    return i->s.family == AF_INET && level != IPPROTO_IP ? -EOPNOTSUPP : -ENOPROTOOPT;
}

ssize_t inet_get_option(struct inet_socket *i, int level, int name, void *value, size_t size)
{
    net_lock();
    ssize_t n = get(i, level, name, value, size);
    net_unlock();
    return n;
}
