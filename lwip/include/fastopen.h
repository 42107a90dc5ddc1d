/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP Fast Open (RFC 7413) on the wire: its option, and SYNs that have it or data. Who may do so,
 * and with which cookie, is decided by whom lwIP runs in: the hooks LWIP_HOOK_TCP_FASTOPEN_*. With
 * the core lock held.
 */
#ifndef LWIP_FASTOPEN_H
#define LWIP_FASTOPEN_H

#include <stdbool.h>
#include <stdint.h>

struct netif;
struct tcp_pcb;
struct tcp_seg;

#define FASTOPEN_COOKIE_MIN 4
#define FASTOPEN_COOKIE_MAX 16
#define FASTOPEN_NO_COOKIE  (-1)

struct fastopen_cookie {
    int8_t size;       /* bytes; 0: one is asked for; FASTOPEN_NO_COOKIE: there is no such option */
    bool experimental; /* in the option of the time before RFC 7413 (kind 254) */
    uint8_t bytes[FASTOPEN_COOKIE_MAX];
};

/* Is that the kind of an option that may be Fast Open's? */
static inline bool fastopen_is_option(uint8_t kind)
{
    return kind == 34 || kind == 254;
}

/* Reads such an option of a SYN's, n bytes without its head. What is not valid is left out. */
void fastopen_parse(struct fastopen_cookie *c, uint8_t kind, const uint8_t *bytes, uint8_t n);

/* The block's next SYN that is sent has this option; it is not there when that is sent again. The
 * cookie must stay until then. */
void fastopen_set_first(const struct tcp_pcb *pcb, const struct fastopen_cookie *c);

/* Queues the SYN of a block with TCP_FO_HELD that tcp_connect() has begun. False: out of memory. */
bool fastopen_begin(struct tcp_pcb *pcb);
/* Sends it with the option, and with the one segment that tcp_write() has made since, if `data`.
 * False: without data. */
bool fastopen_output(struct tcp_pcb *pcb, const struct fastopen_cookie *c, bool data);

/* For tcp_output_segment(): a SYN is ready but for its checksum. False: it is to be sent as it
 * is. */
bool fastopen_send_first(struct tcp_pcb *pcb, const struct tcp_seg *seg, struct netif *netif);

#endif
