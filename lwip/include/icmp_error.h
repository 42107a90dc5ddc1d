/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Errors that routers and hosts report by ICMP about what we sent: whom they concern, and as which
 * errno of Linux's. With the core lock held.
 */
#ifndef LWIP_ICMP_ERROR_H
#define LWIP_ICMP_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/ip_addr.h"

struct netif;
struct pbuf;
struct tcp_pcb;
struct udp_pcb;

struct icmp_error {
    int error;          /* Linux's errno, positive */
    bool fatal;         /* ends a connection attempt; else it passes by itself, perhaps */
    uint8_t type, code; /* of ICMP, or of ICMPv6 */
    uint32_t info;      /* the MTU, where the packet was too big */
    /* What was sent, as far as the message quotes it: payload bytes begin at `payload`. */
    struct pbuf *message;
    uint16_t payload;
    const ip_addr_t *remote; /* where it was sent to */
    uint16_t remote_port;
};

/* Called by lwIP for each such message; p begins with the ICMP header and stays the caller's. A
 * message about a TCP segment that is not in flight is ignored (RFC 5927, 4.1). A too big segment
 * makes the connection's segments smaller. */
void lwip_icmp_error(struct pbuf *p, struct netif *inp);

/* Whoever has the control blocks is told; part of the port. May free the block. */
void lwip_port_tcp_error(struct tcp_pcb *pcb, const struct icmp_error *e);
void lwip_port_udp_error(struct udp_pcb *pcb, const struct icmp_error *e); /* connected or not */
/* Any protocol, before the others: `payload` is what follows the header of IP, ports are 0. */
void lwip_port_ip_error(uint8_t protocol, const ip_addr_t *local, const struct icmp_error *e);

#endif
