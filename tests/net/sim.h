/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A network on the host without a network: one lwIP with two interfaces, and between them a link
 * that loses, delays, reorders and duplicates packets by a seed. The clock moves from event to
 * event. What is sent to any other address is caught, for tests that play the peer (wire.h).
 */
#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "icmp_error.h"
#include "lwip/netif.h"

struct sim_link {
    unsigned loss, reorder, duplicate; /* of 1000 packets */
    uint32_t delay_us, jitter_us;      /* one way; a reordered packet takes up to 4 times as long */
    uint16_t mtu;                      /* 0: 1500 */
    uint16_t gso_max; /* the interfaces cut segments up to this size; 0: they do not */
    bool hold;        /* the driver keeps what it sends for a while */
};

extern struct sim_link sim_link;
extern struct netif sim_netif[2];  /* 10.0.0.1 and fd00::1, 10.0.0.2 and fd00::2 */
extern uint64_t sim_packets;       /* put on the link, lost ones too */
extern size_t sim_memory;          /* bytes that lwIP has allocated */
extern unsigned sim_out_of_memory; /* of 1000 allocations, so many fail */

extern struct icmp_error sim_icmp_error; /* the last one told, and about which block */
extern const void *sim_icmp_pcb;

/* Sets the seed, empties the link, makes it perfect. The first call starts lwIP. */
void sim_start(uint64_t seed);

/* Lets all connections, packets and timers come to an end; nothing of lwIP's may be left but what
 * it started with. */
void sim_stop(void);

uint64_t sim_random(void);
static inline uint64_t sim_below(uint64_t n)
{
    return sim_random() % n;
}

/* Moves on to the next event and handles it; false: that lies after `until_us`, which is now. */
bool sim_step(uint64_t until_us);
void sim_run_ms(uint64_t ms);
uint64_t sim_now_us(void);

/* Gives a packet to an interface now: `size` bytes that begin with an IP header, in pieces by the
 * seed. */
void sim_deliver(struct netif *netif, const void *packet, size_t size);

/* Takes what was sent to an address that no interface has, oldest first; 0: nothing. */
size_t sim_caught(void *packet, size_t size);

#endif
