/* SPDX-License-Identifier: BSD-3-Clause */
/* Included before all of lwIP in the kernel: what it asks the folder net at run time. */
#ifndef NET_LWIP_HOOKS_H
#define NET_LWIP_HOOKS_H

#include <hermit/types.h>

struct ip4_addr;
struct ip6_addr;
struct netif;
struct pbuf;

/* Our own addresses lie behind the loop interface, whichever interface has them. NULL: not ours. */
struct netif *loop_route4(const struct ip4_addr *dest);
struct netif *loop_route6(const struct ip6_addr *dest);
#define LWIP_HOOK_IP4_ROUTE_SRC(src, dest) ((void)(src), loop_route4(dest))
#define LWIP_HOOK_IP6_ROUTE(src, dest)     ((void)(src), loop_route6(dest))

#endif
