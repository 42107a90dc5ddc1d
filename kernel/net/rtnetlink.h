/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files about NETLINK_ROUTE share: rtnetlink.c has the requests, links, addresses and
 * neighbours, rtnetlink_routes.c routes, rtnetlink_news.c what listeners are told. No locks.
 */
#ifndef NET_RTNETLINK_H
#define NET_RTNETLINK_H

#include "interface.h"
#include "netlink.h"

#define IPV4_BYTES 4

struct rtattr;

static inline size_t rtnetlink_bytes(int family)
{
    return family == AF_INET ? IPV4_BYTES : 16;
}

/* The last attribute of a type in a request whose own header has `size` bytes; NULL: none. */
const struct rtattr *rtnetlink_asked(const struct nlmsghdr *h, size_t size, unsigned type);

/* The address of an interface with those bytes; NULL: it is not one of its. */
const struct interface_address *rtnetlink_own_address(const struct interface *i, int family,
                                                      const uint8_t *bytes);

/* Messages of one object. type: RTM_NEWADDR or RTM_DELADDR. */
void rtnetlink_tell_link(struct netlink_reply *r, const struct interface *i);
void rtnetlink_tell_address(struct netlink_reply *r, unsigned type, const struct interface *i,
                            const struct interface_address *a);
/* Those that an interface makes, RTM_NEWROUTE. */
void rtnetlink_tell_routes(struct netlink_reply *r, const struct interface *i, int family);

void rtnetlink_dump_routes(struct netlink_reply *r, const struct nlmsghdr *h, int family);
/* The way to one address, as `ip route get` asks for it. */
int rtnetlink_tell_one_route(struct netlink_reply *r, const struct nlmsghdr *h);

#endif
