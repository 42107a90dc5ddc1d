/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What lwIP calls of ours where numbers must not be guessed or must spread well: a keyed hash of a
 * connection's two ends, its key drawn at first use. Called with the core lock held.
 */
#ifndef LWIP_HOOKS_H
#define LWIP_HOOKS_H

#include "lwip/ip_addr.h"

/* The initial sequence number of a connection, RFC 6528: a clock of 4 microseconds plus a hash of
 * the connection, so that a later incarnation begins higher and nobody else can tell where. Ports
 * in host order, here and below. */
uint32_t lwip_isn(const ip_addr_t *local, uint16_t local_port, const ip_addr_t *remote,
                  uint16_t remote_port);

/* Where the search for a local port of a connection to this destination begins, RFC 6056, 3.3.3:
 * ports to one destination follow each other and tell nothing of those to others. */
uint32_t lwip_port_offset(const ip_addr_t *local, const ip_addr_t *remote, uint16_t remote_port);

/* What is added to the clock that time stamps show to a peer: they tell nobody how long this
 * machine has run, and grow from one connection between two hosts to the next. */
uint32_t lwip_ts_offset(const ip_addr_t *local, const ip_addr_t *remote);

/* net.ipv4.tcp_timestamps, for connections that begin from now on: 0: they have none; 1; else the
 * clock is shown as it is. */
extern uint8_t lwip_time_stamps;

/* A hash for the tables of connections; who does not know the key cannot fill one bucket. */
uint32_t lwip_tuple_hash(uint16_t local_port, const ip_addr_t *remote, uint16_t remote_port);

/* What they are made of: SipHash-2-4 of `nr` words. */
uint64_t lwip_siphash(const uint64_t k[2], const uint64_t *words, int nr);

#endif
