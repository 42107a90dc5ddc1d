/* SPDX-License-Identifier: BSD-3-Clause */
/* Included before all of lwIP in the hosted build: the simulator routes. */
#ifndef SIM_HOOKS_H
#define SIM_HOOKS_H

struct ip4_addr;
struct ip6_addr;
struct netif;

struct netif *sim_route4(const struct ip4_addr *dest);
struct netif *sim_route6(const struct ip6_addr *dest);
#define LWIP_HOOK_IP4_ROUTE_SRC(src, dest) ((void)(src), sim_route4(dest))
#define LWIP_HOOK_IP6_ROUTE(src, dest)     ((void)(src), sim_route6(dest))

#endif
