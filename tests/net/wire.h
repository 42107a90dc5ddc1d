/* SPDX-License-Identifier: BSD-3-Clause */
/* A TCP peer at 10.0.0.9 that a test plays segment by segment, against lwIP's 10.0.0.1. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwip/priv/tcp_priv.h"

struct wire {
    uint16_t port, peer_port; /* lwIP's and the peer's */
    uint32_t seq, ack;        /* the peer's: what comes next of each side */
    uint16_t window;          /* the peer's, not scaled */
    uint16_t mss;             /* said in the peer's SYN; 0: nothing */
};

struct segment {
    unsigned flags;
    uint32_t seq, ack;
    uint16_t window, port, peer_port, mss;
    size_t size; /* of the payload */
};

/* Sends a segment of the peer's now, and moves w->seq on. */
void wire_send(struct wire *w, unsigned flags, const void *data, size_t size);

/* The oldest segment that lwIP sent to the peer; false: none. w->ack moves on with what is new. */
bool wire_receive(struct wire *w, struct segment *s);

/* The peer opens a connection to w->port from its initial sequence number w->seq; the test's
 * listener accepts it. */
void wire_connect(struct wire *w);

/* An ICMP error from 10.0.0.9 about a segment of ours with sequence number `seq`. */
void wire_icmp_error(const struct wire *w, unsigned type, unsigned code, uint16_t mtu,
                     uint32_t seq);

#endif
