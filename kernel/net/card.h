/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Network cards as interfaces of lwIP's, and how they get their addresses: eth0, eth1, …, numbered
 * behind the loop interface. net_core protects all.
 */
#ifndef NET_CARD_H
#define NET_CARD_H

#include "interface.h"
#include "net_core.h"

#include "lwip/ip_addr.h"

/* Finds the cards and sets them up. Locked; once, when the protocols start. */
void cards_start(void);

/* Takes what has arrived; false: nothing. Locked. */
bool cards_poll(void);

/* Tells the devices of what was put into their queues. Locked. */
void cards_flush(void);

/* Have the devices sent all that they were given? Locked. */
bool cards_are_idle(void);

/* What lwIP's timers are needed for. Locked. */
bool cards_exist(void);
bool cards_ask_dhcp(void);     /* a lease is being asked for */
bool cards_have_reports(void); /* memberships of multicast groups are to be reported */

/* Waits until the first card has an address of that version, at most until some seconds after the
 * start, and only once. Locked, but while it waits. */
void cards_await_address(bool v6);
/* False: somebody would wait there. Any context. */
bool cards_settled(bool v6);

/* Tells who listens (netlink.h) what is new of addresses, routes and links. Locked; by the net
 * thread: at most once for each time that something may have changed. */
void cards_tell_changes(void);
/* A timer of a second's: routers and lifetimes change without lwIP's saying so. Locked. */
void cards_may_have_changed(void);

struct netif;
/* The name that an interface has for programs. */
void card_name(const struct netif *netif, char *name, size_t size);

#endif
