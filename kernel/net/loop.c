/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the loop interface, 127.0.0.0/8 and ::1. A packet is handed over by reference, without a
 * checksum but in messages of ICMP, and delivered when net_core is released: a delivery inside the
 * output of another connection would meet that half changed.
 *
 * TCP keeps its segments until they are acknowledged, and who receives one changes its headers: of
 * these the receiver gets copies of the headers, and references of the data.
 *
 * Multicast packets that a card sends come back to this machine the same way, as copies.
 *
 * Lock: net_core.
 */
#include "lwip_hooks.h"
#include "net_core.h"
#include "stamps.h"

#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"

#define LOOP_MTU   65535
#define SMALL_COPY 1024 /* bytes: a packet up to this size is copied as a whole */

static struct netif loop;
/* Handed over, by next_packet; not delivered yet. */
struct pbuf *loop_pending;
static struct pbuf *last;

/* Data of another pbuf, which it holds. */
struct data_ref {
    struct pbuf_custom custom;
    struct pbuf *of;
};

static void data_ref_free(struct pbuf *p)
{
    struct data_ref *r = (struct data_ref *)p;
    pbuf_free(r->of);
    mem_free(r);
}

static struct pbuf *data_ref(struct pbuf *of)
{
    struct data_ref *r = mem_malloc(sizeof(*r));
    if (r == NULL)
        return NULL;
    r->custom.custom_free_function = data_ref_free;
    r->of = of;
    struct pbuf *p =
        pbuf_alloced_custom(PBUF_RAW, of->len, PBUF_ROM, &r->custom, of->payload, of->len);
    pbuf_ref(of);
    return p;
}

/* A segment for its receiver; NULL: out of memory. */
static struct pbuf *copy_segment(struct pbuf *p)
{
    uint16_t size = p->tot_len <= SMALL_COPY ? p->tot_len : p->len, done = size;
    struct pbuf *copy = pbuf_alloc(PBUF_RAW, size, PBUF_RAM);
    if (copy == NULL)
        return NULL;
    pbuf_copy_partial(p, copy->payload, size, 0);
    for (struct pbuf *q = p->next; done < p->tot_len; q = q->next) {
        struct pbuf *r = data_ref(q);
        if (r == NULL) {
            pbuf_free(copy);
            return NULL;
        }
        pbuf_cat(copy, r);
        done = (uint16_t)(done + q->len);
    }
    return copy;
}

static void enqueue(struct pbuf *p, struct netif *netif)
{
    p->if_idx = netif_get_index(netif);
    p->next_packet = NULL;
    if (loop_pending == NULL)
        loop_pending = p;
    else
        last->next_packet = p;
    last = p;
}

static err_t hand_over(struct pbuf *p, bool is_tcp)
{
    if (is_tcp) {
        p = copy_segment(p);
        if (p == NULL)
            return ERR_MEM;
    } else {
        pbuf_ref(p); /* who sent it does not touch it any more */
    }
    enqueue(p, &loop);
    return ERR_OK;
}

void loop_multicast(struct pbuf *p, struct netif *netif)
{
    struct pbuf *copy = netif == &loop ? NULL : pbuf_clone(PBUF_RAW, PBUF_RAM, p);
    if (copy != NULL)
        enqueue(copy, netif);
}

static err_t output4(struct netif *netif, struct pbuf *p, const ip4_addr_t *dest)
{
    const struct ip_hdr *header = p->payload;
    (void)dest;
    stamps_leave(p, 0, netif);
    return hand_over(p, IPH_PROTO(header) == IP_PROTO_TCP);
}

static err_t output6(struct netif *netif, struct pbuf *p, const ip6_addr_t *dest)
{
    const struct ip6_hdr *header = p->payload;
    (void)dest;
    stamps_leave(p, 0, netif);
    return hand_over(p, IP6H_NEXTH(header) == IP6_NEXTH_TCP);
}

void loop_deliver(void)
{
    while (loop_pending != NULL) {
        struct pbuf *p = loop_pending;
        struct netif *netif =
            likely(p->if_idx == loop.num + 1) ? &loop : netif_get_by_index(p->if_idx);
        loop_pending = p->next_packet;
        if (ip_input(p, netif) != ERR_OK)
            pbuf_free(p);
    }
}

struct netif *loop_route4(const ip4_addr_t *dest)
{
    struct netif *netif;
    NETIF_FOREACH(netif)
    if (ip4_addr_cmp(dest, netif_ip4_addr(netif)) && !ip4_addr_isany(dest))
        return &loop;
    return NULL;
}

struct netif *loop_route6(const ip6_addr_t *dest)
{
    struct netif *netif;
    NETIF_FOREACH(netif)
    if (netif_get_ip6_addr_match(netif, dest) >= 0)
        return &loop;
    return NULL;
}

static err_t init(struct netif *netif)
{
    netif->name[0] = 'l';
    netif->name[1] = 'o';
    netif->output = output4;
    netif->output_ip6 = output6;
    netif->mtu = netif->mtu6 = LOOP_MTU;
    netif->flags = NETIF_FLAG_LINK_UP | NETIF_FLAG_BROADCAST | NETIF_FLAG_IGMP;
    /* Raw sockets see these messages. */
    NETIF_SET_CHECKSUM_CTRL(netif, NETIF_CHECKSUM_GEN_ICMP | NETIF_CHECKSUM_GEN_ICMP6);
    return ERR_OK;
}

void loop_start(void)
{
    ip4_addr_t address, mask;
    ip6_addr_t address6;
    IP4_ADDR(&address, 127, 0, 0, 1);
    IP4_ADDR(&mask, 255, 0, 0, 0);
    netif_add(&loop, &address, &mask, NULL, NULL, init, ip_input);
    ip6_addr_set_loopback(&address6);
    netif_ip6_addr_set(&loop, 0, &address6);
    netif_ip6_addr_set_state(&loop, 0, IP6_ADDR_PREFERRED);
    netif_set_up(&loop);
}
