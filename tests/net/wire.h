/* SPDX-License-Identifier: BSD-3-Clause */
/* A TCP peer at 10.0.0.9 that a test plays segment by segment, against 10.0.0.1: lwIP's (sim.h) or
 * a socket's (machine.h). */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwip/priv/tcp_priv.h"

/* Where packets of IP go and come from; the test's. caught: 0, there is none. */
struct wire_link {
    void (*deliver)(const void *packet, size_t size);
    size_t (*caught)(void *packet, size_t size);
};
extern const struct wire_link wire_link;

struct wire {
    uint16_t port, peer_port; /* of 10.0.0.1 and the peer's */
    uint32_t seq, ack;        /* the peer's: what comes next of each side */
    uint16_t window;          /* the peer's, not scaled */
    uint16_t mss;             /* said in the peer's SYN; 0: nothing */
    bool modern;              /* … with SACK and a scaled window, by 7 */
    const uint8_t *option;    /* … with this one, too; NULL: none */
    size_t option_size;       /* bytes, whole words */
    uint32_t stamp;           /* the clock of its time stamps; 0: it sends none */
    unsigned nr_sacks;        /* blocks of SACK in each segment … */
    uint32_t sacks[4][2];     /* … their ends */
};

struct segment {
    unsigned flags;
    uint32_t seq, ack;
    uint16_t window, port, peer_port, mss;
    size_t size; /* of the payload */
    uint8_t options[40];
    size_t option_size;
};

/* Sends a segment of the peer's now, and moves w->seq on. */
void wire_send(struct wire *w, unsigned flags, const void *data, size_t size);

/* The oldest segment that was sent to the peer; false: none. w->ack moves on with what is new. */
bool wire_receive(struct wire *w, struct segment *s);

/* The peer opens a connection to w->port from its initial sequence number w->seq; the test's
 * listener accepts it. */
void wire_connect(struct wire *w);

/* An ICMP error from 10.0.0.9 about a segment of ours with sequence number `seq`. */
void wire_icmp_error(const struct wire *w, unsigned type, unsigned code, uint16_t mtu,
                     uint32_t seq);

#endif
