/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which sources a member of a group wants datagrams from: these alone, or all but these. Which of
 * both may change while none has been named; from then on it stays, as on Linux.
 *
 * Locks: whoever has the filter.
 */
#ifndef NET_SOURCE_FILTER_H
#define NET_SOURCE_FILTER_H

#include <hermit/types.h>

#include "lwip/ip_addr.h"

/* Zeros: nothing has been named. */
struct source_filter {
    bool only;    /* the sources alone; else all but these */
    bool settled; /* one has been named: `only` stays */
    unsigned nr;
    ip_addr_t *sources;
};

bool source_filter_passes(const struct source_filter *f, const ip_addr_t *source);

/* What changes sources is about a filter that is `only`, or is not: −EINVAL if it is the other. */
int source_filter_turn(struct source_filter *f, bool only);

/* 0, −EADDRNOTAVAIL if it is there, −ENOBUFS, −ENOMEM. */
int source_filter_add(struct source_filter *f, const ip_addr_t *source);
int source_filter_remove(struct source_filter *f, const ip_addr_t *source); /* or −EADDRNOTAVAIL */

void source_filter_end(struct source_filter *f);

#endif
