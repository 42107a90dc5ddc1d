/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: requests of ioctl(2) about interfaces (netdevice(7)) that sockets of every family take, and
 * those of AF_INET about addresses. Those that change something are refused as to who has no right
 * to. No locks.
 */
#include "interface.h"

#include <hermit/socket_abi.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/sockios.h>

static struct ifreq address_entry(const struct interface *i, const struct interface_address *a)
{
    struct ifreq entry = {.address.family = AF_INET};
    memcpy(entry.name, i->name, sizeof(entry.name));
    memcpy(entry.address.bytes, a->bytes, 4);
    return entry;
}

/* Stores an interface's IPv4 addresses from *done on, while there is room. 0 or −EFAULT. */
static int put_addresses(const struct interface *i, const struct ifconf *c, size_t room,
                         size_t *done)
{
    for (unsigned n = 0; n < i->nr_addresses; n++) {
        struct ifreq entry = address_entry(i, &i->addresses[n]);
        if (i->addresses[n].family != AF_INET)
            continue;
        if (c->requests != 0 && room - *done < sizeof(entry))
            return 0;
        if (c->requests != 0 && copy_to_user(user_ptr(c->requests + *done), &entry, sizeof(entry)))
            return -EFAULT;
        *done += sizeof(entry);
    }
    return 0;
}

/* The addresses of all interfaces, or without room for them how much they take. */
static long list_addresses(unsigned long arg)
{
    struct interface i;
    struct ifconf c;
    size_t done = 0;
    if (copy_from_user(&c, user_ptr(arg), sizeof(c)) != 0)
        return -EFAULT;
    INTERFACE_FOR_EACH(&i)
    if (put_addresses(&i, &c, (size_t)MAX(c.length, 0), &done) != 0)
        return -EFAULT;
    c.length = (int32_t)done;
    return copy_to_user(user_ptr(arg), &c, sizeof(c));
}

static long tell_name(unsigned long arg)
{
    struct interface i;
    struct ifreq r;
    if (copy_from_user(&r, user_ptr(arg), sizeof(r)) != 0)
        return -EFAULT;
    if (!interface_by_index(r.number, &i))
        return -ENODEV;
    memcpy(r.name, i.name, sizeof(r.name));
    return copy_to_user(user_ptr(arg), &r, sizeof(r));
}

static void fill(struct ifreq *r, unsigned cmd, const struct interface *i)
{
    switch (cmd) {
    case SIOCGIFFLAGS:
        r->flags = (int16_t)i->flags;
        break;
    case SIOCGIFINDEX:
        r->number = i->index;
        break;
    case SIOCGIFMTU:
        r->number = (int32_t)i->mtu;
        break;
    case SIOCGIFMETRIC:
        r->number = 0; /* as on Linux, whatever the interface */
        break;
    case SIOCGIFTXQLEN:
        r->number = (int32_t)i->tx_queue;
        break;
    case SIOCGIFHWADDR:
        r->hardware.family = (uint16_t)i->type;
        memset(r->hardware.bytes, 0, sizeof(r->hardware.bytes));
        memcpy(r->hardware.bytes, i->hardware, sizeof(i->hardware));
        break;
    }
}

/* Reads a request and finds its interface; "lo:1" is an alias of "lo". 0, −EFAULT, −ENODEV. */
static int read_named(struct ifreq *r, struct interface *i, bool *alias, unsigned long arg)
{
    if (copy_from_user(r, user_ptr(arg), sizeof(*r)) != 0)
        return -EFAULT;
    char name[IFNAMSIZ] = "";
    unsigned n = 0;
    for (; n < sizeof(name) - 1 && r->name[n] != ':'; n++)
        name[n] = r->name[n];
    *alias = n < sizeof(name) - 1;
    return interface_by_name(name, i) ? 0 : -ENODEV;
}

/* Requests that name the interface. */
static long tell(unsigned cmd, unsigned long arg)
{
    struct interface i;
    struct ifreq r;
    bool alias;
    int err = read_named(&r, &i, &alias, arg);
    if (err != 0)
        return err;
    fill(&r, cmd, &i);
    return copy_to_user(user_ptr(arg), &r, sizeof(r));
}

static long refuse(unsigned long arg)
{
    struct ifreq r;
    return copy_from_user(&r, user_ptr(arg), sizeof(r)) != 0 ? -EFAULT : -EPERM;
}

static uint32_t netmask(unsigned prefix)
{
    return prefix == 0 ? 0 : __builtin_bswap32(UINT32_MAX << (32 - prefix));
}

/* Requests for what an interface's first IPv4 address is; no alias has one. */
static long tell_address(unsigned cmd, unsigned long arg)
{
    struct interface i;
    struct ifreq r;
    bool alias;
    int err = read_named(&r, &i, &alias, arg);
    if (err != 0)
        return err;
    const struct interface_address *a = &i.addresses[0];
    if (alias || i.nr_addresses == 0 || a->family != AF_INET)
        return -EADDRNOTAVAIL;
    uint32_t mask = netmask(a->prefix);
    const void *bytes = a->bytes; /* SIOCGIFADDR, and SIOCGIFDSTADDR where none is at the end */
    if (cmd == SIOCGIFNETMASK)
        bytes = &mask;
    else if (cmd == SIOCGIFBRDADDR)
        bytes = a->broadcast;
    r.address = (struct interface_sockaddr){.family = AF_INET};
    memcpy(r.address.bytes, bytes, sizeof(mask));
    return copy_to_user(user_ptr(arg), &r, sizeof(r));
}

static long inet_request(unsigned cmd, unsigned long arg)
{
    switch (cmd) {
    case SIOCGIFADDR:
    case SIOCGIFNETMASK:
    case SIOCGIFBRDADDR:
    case SIOCGIFDSTADDR:
        return tell_address(cmd, arg);
    case SIOCSIFNETMASK:
    case SIOCSIFBRDADDR:
        return refuse(arg);
    default:
        return -ENOTTY;
    }
}

long interface_ioctl(int family, unsigned cmd, unsigned long arg)
{
    switch (cmd) {
    case SIOCGIFCONF:
        return list_addresses(arg);
    case SIOCGIFNAME:
        return tell_name(arg);
    case SIOCGIFFLAGS:
    case SIOCGIFINDEX:
    case SIOCGIFMTU:
    case SIOCGIFMETRIC:
    case SIOCGIFTXQLEN:
    case SIOCGIFHWADDR:
        return tell(cmd, arg);
    case SIOCSIFFLAGS:
    case SIOCSIFMTU:
    case SIOCSIFMETRIC:
    case SIOCSIFTXQLEN:
    case SIOCSIFHWADDR:
    case SIOCSIFNAME:
        return refuse(arg);
    case SIOCSIFADDR:
    case SIOCSIFDSTADDR:
        return family == AF_INET || family == AF_INET6 ? refuse(arg) : -ENOTTY;
    default:
        return family == AF_INET ? inet_request(cmd, arg) : -ENOTTY;
    }
}
