/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files about network cards share. net_core protects all but what is said. */
#ifndef NET_CARD_INTERNAL_H
#define NET_CARD_INTERNAL_H

#include "interface.h"

#include "lwip/netif.h"

struct net_device;

struct card {
    struct card *next;
    struct netif netif;
    struct net_device *device;
    int number;               /* of its name */
    uint16_t checksums;       /* NETIF_CHECKSUM_*: which lwIP makes and looks at */
    bool unflushed;           /* the device has not been told of what is in its queue */
    bool full;                /* something did not fit into it */
    _Atomic bool interrupted; /* since the link was looked at */
    struct interface_traffic traffic;
    struct interface told; /* as listeners know it */
};

extern struct card *cards; /* all; card.c */

/* card_config.c. Has the launcher, if there is one, said that there is a card? */
bool card_is_promised(void);
/* Gives a new card its addresses, or begins to ask for them, and brings it up. */
void card_configure(struct card *card);
/* All are: nobody is told of how they are at first. */
void cards_configured(void);

#endif
