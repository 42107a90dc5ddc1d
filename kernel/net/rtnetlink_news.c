/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: what the groups of NETLINK_ROUTE are told when an interface changes (rtnetlink(7)): how it
 * is, which addresses and routes have come and gone. Called with net_core, whose holder keeps the
 * copies.
 */
#include "rtnetlink.h"

#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#define ROUTES_SIZE 8192 /* bytes: five a network, and one by a router */

static void tell_last(struct netlink_reply *r, unsigned group)
{
    if (r->message != NULL)
        netlink_tell(r->message, group);
    r->length = 0;
    r->message = NULL;
}

/* ---- Links ---- */

static bool link_differs(const struct interface *a, const struct interface *b)
{
    return a->flags != b->flags || a->mtu != b->mtu || a->operstate != b->operstate;
}

/* ---- Addresses ---- */

/* Linux tells of an address of IPv6 once it may be used. */
static bool is_told(const struct interface_address *a)
{
    return !(a->flags & IFA_F_TENTATIVE);
}

/* The same address in another copy, if it was told; NULL: none. */
static const struct interface_address *same(const struct interface *in,
                                            const struct interface_address *a)
{
    const struct interface_address *found = rtnetlink_own_address(in, a->family, a->bytes);
    return found != NULL && is_told(found) && found->prefix == a->prefix ? found : NULL;
}

static void tell_addresses(struct netlink_reply *r, unsigned type, const struct interface *of,
                           const struct interface *other)
{
    for (unsigned n = 0; n < of->nr_addresses; n++) {
        const struct interface_address *a = &of->addresses[n], *b = same(other, a);
        bool changed = type == RTM_NEWADDR && b != NULL && b->flags != a->flags;
        if (!is_told(a) || (b != NULL && !changed))
            continue;
        rtnetlink_tell_address(r, type, of, a);
        tell_last(r, a->family == AF_INET ? RTNLGRP_IPV4_IFADDR : RTNLGRP_IPV6_IFADDR);
    }
}

/* ---- Routes ---- */

static struct nlmsghdr *next_message(const struct netlink_reply *r, size_t *at)
{
    struct nlmsghdr *h = (struct nlmsghdr *)(void *)(r->buffer + *at);
    if (*at >= r->length)
        return NULL;
    *at += NLMSG_ALIGN(h->nlmsg_len);
    return h;
}

static bool has_message(const struct netlink_reply *r, const struct nlmsghdr *wanted)
{
    const struct nlmsghdr *h;
    for (size_t at = 0; (h = next_message(r, &at)) != NULL;)
        if (h->nlmsg_len == wanted->nlmsg_len && memcmp(h, wanted, h->nlmsg_len) == 0)
            return true;
    return false;
}

/* Tells of those routes that the other reply has not. */
static void tell_routes(const struct netlink_reply *of, const struct netlink_reply *other,
                        unsigned type, int family)
{
    struct nlmsghdr *h;
    for (size_t at = 0; (h = next_message(of, &at)) != NULL;) {
        if (has_message(other, h))
            continue;
        struct nlmsghdr kept = *h;
        h->nlmsg_type = (uint16_t)type;
        h->nlmsg_flags = type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0;
        netlink_tell(h, family == AF_INET ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE);
        *h = kept;
    }
}

static void compare_routes(char *buffers, const struct interface *before,
                           const struct interface *after, int family)
{
    struct netlink_reply old = {.buffer = buffers, .size = ROUTES_SIZE};
    struct netlink_reply new = {.buffer = buffers + ROUTES_SIZE, .size = ROUTES_SIZE};
    rtnetlink_tell_routes(&old, before, family);
    rtnetlink_tell_routes(&new, after, family);
    tell_routes(&old, &new, RTM_DELROUTE, family);
    tell_routes(&new, &old, RTM_NEWROUTE, family);
}

void rtnetlink_changed(const struct interface *before, const struct interface *after)
{
    if (!netlink_has_listeners())
        return;
    char *buffers = kmalloc(2 * ROUTES_SIZE);
    if (buffers == NULL)
        return;
    struct netlink_reply r = {.buffer = buffers, .size = ROUTES_SIZE};
    if (link_differs(before, after)) {
        rtnetlink_tell_link(&r, after);
        tell_last(&r, RTNLGRP_LINK);
    }
    tell_addresses(&r, RTM_DELADDR, before, after);
    tell_addresses(&r, RTM_NEWADDR, after, before);
    compare_routes(buffers, before, after, AF_INET);
    compare_routes(buffers, before, after, AF_INET6);
    kfree(buffers);
}
