/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: what the next SYN has that it will not have when it is sent again: the option of TCP Fast
 * Open, and data. Such a SYN is a copy; the segments stay queued as if the data had been sent
 * behind it. The core lock protects that.
 */
#include "fastopen.h"

#include <string.h>

#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"

#define OPTION            34
#define OPTION_EXPERIMENT 254
#define MAGIC_1           0xf9 /* which experiment */
#define MAGIC_2           0x89
#define NOP               1

static struct {
    const struct tcp_pcb *pcb; /* NULL: nobody's */
    const struct fastopen_cookie *cookie;
    const struct tcp_seg *data; /* NULL: none */
    bool has_gone;
} first;

void fastopen_parse(struct fastopen_cookie *c, uint8_t kind, const uint8_t *bytes, uint8_t n)
{
    if (kind == OPTION_EXPERIMENT) {
        if (n < 2 || bytes[0] != MAGIC_1 || bytes[1] != MAGIC_2)
            return;
        bytes += 2;
        n = (uint8_t)(n - 2);
    }
    if (n % 2 != 0)
        return;
    c->experimental = kind == OPTION_EXPERIMENT;
    c->size = FASTOPEN_NO_COOKIE;
    if (n == 0 || (n >= FASTOPEN_COOKIE_MIN && n <= FASTOPEN_COOKIE_MAX)) {
        c->size = (int8_t)n;
        memcpy(c->bytes, bytes, n);
    }
}

void fastopen_set_first(const struct tcp_pcb *pcb, const struct fastopen_cookie *c)
{
    first.pcb = pcb;
    first.cookie = c;
    first.data = NULL;
    first.has_gone = false;
}

/* Writes the option, to whole words. Its bytes. */
static uint8_t put_option(uint8_t *to, const struct fastopen_cookie *c)
{
    uint8_t head = c->experimental ? 4 : 2, n = 0;
    if (c->size < 0)
        return 0;
    to[n++] = c->experimental ? OPTION_EXPERIMENT : OPTION;
    to[n++] = (uint8_t)(head + c->size);
    if (c->experimental) {
        to[n++] = MAGIC_1;
        to[n++] = MAGIC_2;
    }
    memcpy(to + n, c->bytes, (size_t)c->size);
    n = (uint8_t)(n + c->size);
    while (n % 4 != 0)
        to[n++] = NOP;
    return n;
}

/* The SYN of `seg`, with all that is first's; NULL: out of memory, or there is no room for it. */
static struct pbuf *make_first(const struct tcp_seg *seg)
{
    uint8_t option[FASTOPEN_COOKIE_MAX + 4], n = put_option(option, first.cookie);
    uint16_t head = TCPH_HDRLEN_BYTES(seg->tcphdr), size = first.data == NULL ? 0 : first.data->len;
    if (head + n > TCP_HLEN + TCP_MAX_OPTION_BYTES)
        return NULL;
    struct pbuf *p = pbuf_alloc(PBUF_IP, (uint16_t)(head + n + size), PBUF_RAM);
    if (p == NULL)
        return NULL;
    struct tcp_hdr *tcp = (struct tcp_hdr *)p->payload;
    memcpy(tcp, seg->tcphdr, head);
    memcpy((uint8_t *)p->payload + head, option, n);
    TCPH_HDRLEN_SET(tcp, (head + n) / 4);
    if (size > 0)
        pbuf_copy_partial(first.data->p, (uint8_t *)p->payload + head + n, size,
                          (uint16_t)(first.data->p->tot_len - size));
    return p;
}

bool fastopen_send_first(struct tcp_pcb *pcb, const struct tcp_seg *seg, struct netif *netif)
{
    bool is_its = first.pcb == pcb;
    first.pcb = NULL;
    struct pbuf *p = is_its ? make_first(seg) : NULL;
    if (p == NULL)
        return false;
    IF__NETIF_CHECKSUM_ENABLED(netif, NETIF_CHECKSUM_GEN_TCP)
    {
        ((struct tcp_hdr *)p->payload)->chksum =
            ip_chksum_pseudo(p, IP_PROTO_TCP, p->tot_len, &pcb->local_ip, &pcb->remote_ip);
    }
    NETIF_SET_HINTS(netif, &pcb->netif_hints);
    (void)ip_output_if(p, &pcb->local_ip, &pcb->remote_ip, pcb->ttl, pcb->tos, IP_PROTO_TCP, netif);
    NETIF_RESET_HINTS(netif);
    pbuf_free(p);
    first.has_gone = true;
    return true;
}

/* The data went with the SYN, so they are under way, too. */
static void move_data(struct tcp_pcb *pcb)
{
    struct tcp_seg *seg = pcb->unsent;
    pcb->unsent = seg->next;
    pcb->unsent_tail = NULL;
    seg->next = NULL;
    tcp_seg_tail(pcb->unacked, &pcb->unacked_tail)->next = seg;
    pcb->unacked_tail = seg;
    pcb->snd_nxt += seg->len;
}

bool fastopen_begin(struct tcp_pcb *pcb)
{
    if (tcp_enqueue_flags(pcb, TCP_SYN) != ERR_OK)
        return false;
    pcb->fastopen &= (uint8_t)~TCP_FO_HELD;
    return true;
}

bool fastopen_output(struct tcp_pcb *pcb, const struct fastopen_cookie *c, bool data)
{
    fastopen_set_first(pcb, c);
    if (data)
        first.data = pcb->unsent->next;
    (void)tcp_output(pcb); /* what cannot be sent now is sent by the timer, without all this */
    first.pcb = NULL;
    if (!data || !first.has_gone)
        return false;
    move_data(pcb);
    return true;
}
