/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: network cards as interfaces of lwIP's. Frames cross the border to the driver
 * (hermit/net_device.h) by reference: what is sent is held until the device is done with it, and
 * what was received is handed on in the driver's pages, but small frames, which are copied so that
 * who reads slowly holds no pages.
 *
 * Checksums of TCP are left to the device where it takes them. Those of UDP are not: the pieces of
 * a datagram that is larger than the MTU have none of their own.
 *
 * Lock: net_core.
 */
#include "card.h"

#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/net_device.h>
#include <hermit/percpu.h>
#include <hermit/string.h>
#include <hermit/virtio_net.h>

#include "card_internal.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/igmp.h"
#include "lwip/ip4.h"
#include "lwip/ip6.h"
#include "lwip/mld6.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "stamps.h"

#define SMALL_COPY 256   /* bytes: a frame up to this size is copied */
#define POLL_MAX   256   /* frames of one card, then others have their turn */
#define GSO_MAX    65000 /* TCP payload: with all headers below 64 KiB */

struct card *cards; /* first */

/* ---- Sending ---- */

/* The sum over the bytes of a TCP segment's pseudo header, in the order of the network. */
static uint16_t pseudo_sum(const void *addresses, unsigned size, unsigned length)
{
    const uint16_t *word = addresses;
    uint32_t sum = lwip_htons(IP_PROTO_TCP) + (uint32_t)lwip_htons((uint16_t)length);
    for (unsigned i = 0; i < size / sizeof(*word); i++)
        sum += word[i];
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* Leaves the checksum of a TCP segment, and its cutting, to the device. */
static void offload_tcp(struct pbuf *p, struct net_offload *offload)
{
    const struct eth_hdr *eth = p->payload;
    char *packet = (char *)p->payload + SIZEOF_ETH_HDR;
    const struct ip_hdr *v4 = (const struct ip_hdr *)(void *)packet;
    const struct ip6_hdr *v6 = (const struct ip6_hdr *)(void *)packet;
    const void *addresses;
    unsigned header, size;
    if (eth->type == PP_HTONS(ETHTYPE_IP) && IPH_PROTO(v4) == IP_PROTO_TCP) {
        header = IPH_HL_BYTES(v4);
        addresses = &v4->src;
        size = 2 * sizeof(v4->src);
    } else if (eth->type == PP_HTONS(ETHTYPE_IPV6) && IP6H_NEXTH(v6) == IP6_NEXTH_TCP) {
        header = IP6_HLEN;
        addresses = &v6->src;
        size = 2 * sizeof(v6->src);
        offload->v6 = true;
    } else {
        return;
    }
    struct tcp_hdr *tcp = (struct tcp_hdr *)(void *)(packet + header);
    unsigned start = SIZEOF_ETH_HDR + header;
    tcp->chksum = pseudo_sum(addresses, size, p->tot_len - start);
    offload->needs_checksum = true;
    offload->checksum_start = (uint16_t)start;
    offload->checksum_offset = offsetof(struct tcp_hdr, chksum);
    offload->gso_size = p->gso_size;
    offload->header_size = (uint16_t)(start + TCPH_HDRLEN_BYTES(tcp));
}

static unsigned take_pieces(struct pbuf *p, struct net_piece pieces[NET_PIECES_MAX])
{
    unsigned nr = 0;
    for (; p != NULL; p = p->next)
        if (p->len != 0)
            pieces[nr++] = (struct net_piece){p->payload, p->len};
    return nr;
}

/* Puts a frame into the device's queue, and holds it. */
static err_t send_frame(struct card *card, struct pbuf *p)
{
    struct net_piece pieces[NET_PIECES_MAX];
    struct net_offload offload = {0};
    if (card->device->checksums)
        offload_tcp(p, &offload);
    unsigned nr = take_pieces(p, pieces);
    pbuf_ref(p);
    if (card->device->ops->send(card->device, pieces, nr, &offload, p) != 0) {
        pbuf_free(p);
        card->traffic.tx_dropped++;
        card->full = true;
        return ERR_MEM;
    }
    card->unflushed = true;
    card->traffic.tx_packets++;
    card->traffic.tx_bytes += p->tot_len;
    return ERR_OK;
}

/* Called by lwIP with a whole frame. */
static err_t output(struct netif *netif, struct pbuf *p)
{
    struct card *card = netif->state;
    stamps_leave(p, SIZEOF_ETH_HDR, netif);
    if (pbuf_clen(p) <= NET_PIECES_MAX)
        return send_frame(card, p);
    struct pbuf *whole = pbuf_clone(PBUF_RAW, PBUF_RAM, p);
    if (whole == NULL)
        return ERR_MEM;
    whole->gso_size = p->gso_size;
    err_t err = send_frame(card, whole);
    pbuf_free(whole);
    return err;
}

/* Called by the driver: a frame has left. */
static void sent(struct net_device *d, void *cookie)
{
    (void)d;
    pbuf_free(cookie);
}

void cards_flush(void)
{
    for (struct card *card = cards; card != NULL; card = card->next) {
        if (card->unflushed)
            card->device->ops->flush(card->device);
        card->unflushed = false;
    }
}

/* ---- Receiving ---- */

/* A piece of a received frame in the driver's memory. */
struct received {
    struct pbuf_custom custom;
    struct net_device *device;
    struct net_piece piece;
};

static void received_free(struct pbuf *p)
{
    struct received *r = (struct received *)p;
    r->device->ops->put(r->device, &r->piece);
    kfree(r);
}

/* NULL: out of memory; then the piece is still the caller's. */
static struct pbuf *refer(struct net_device *d, const struct net_piece *piece)
{
    struct received *r = kzalloc(sizeof(*r));
    if (r == NULL)
        return NULL;
    r->custom.custom_free_function = received_free;
    r->device = d;
    r->piece = *piece;
    return pbuf_alloced_custom(PBUF_RAW, (u16_t)piece->size, PBUF_REF, &r->custom, piece->data,
                               (u16_t)piece->size);
}

static void put_all(struct net_device *d, const struct net_piece *pieces, unsigned nr)
{
    for (unsigned i = 0; i < nr; i++)
        d->ops->put_back(d, &pieces[i]);
}

/* A packet of pieces, which it takes over. NULL: out of memory, and they are gone. */
static struct pbuf *gather(struct net_device *d, const struct net_piece *pieces, unsigned nr)
{
    struct pbuf *p = NULL;
    if (nr == 1 && pieces[0].size <= SMALL_COPY) {
        p = pbuf_alloc(PBUF_RAW, (u16_t)pieces[0].size, PBUF_RAM);
        if (p != NULL)
            memcpy(p->payload, pieces[0].data, pieces[0].size);
        put_all(d, pieces, nr);
        return p;
    }
    for (unsigned i = 0; i < nr; i++) {
        struct pbuf *q = refer(d, &pieces[i]);
        if (q == NULL) {
            put_all(d, pieces + i, nr - i);
            if (p != NULL)
                pbuf_free(p);
            return NULL;
        }
        if (p == NULL)
            p = q;
        else
            pbuf_cat(p, q);
    }
    return p;
}

static void deliver(struct card *card, struct pbuf *p, uint16_t type)
{
    switch (type) {
    case PP_HTONS(ETHTYPE_IP):
        ip4_input(p, &card->netif);
        break;
    case PP_HTONS(ETHTYPE_IPV6):
        ip6_input(p, &card->netif);
        break;
    case PP_HTONS(ETHTYPE_ARP):
        etharp_input(p, &card->netif);
        break;
    default:
        card->traffic.rx_dropped++;
        pbuf_free(p);
    }
}

static bool is_broadcast(const struct eth_addr *a)
{
    unsigned all = 0xff;
    for (unsigned i = 0; i < NET_MAC_SIZE; i++)
        all &= a->addr[i];
    return all == 0xff;
}

/* The header stays behind: with it, the largest packet would be longer than lwIP can count. */
static void input(struct card *card, struct net_piece *pieces, unsigned nr,
                  const struct net_offload *offload)
{
    struct eth_hdr eth;
    size_t size = 0;
    for (unsigned i = 0; i < nr; i++)
        size += pieces[i].size;
    card->traffic.rx_packets++;
    card->traffic.rx_bytes += size;
    memcpy(&eth, pieces[0].data, SIZEOF_ETH_HDR); /* the driver sees that it is there */
    bool group = eth.dest.addr[0] & 1;
    card->traffic.multicast += group;
    pieces[0].data = (char *)pieces[0].data + SIZEOF_ETH_HDR;
    pieces[0].size -= SIZEOF_ETH_HDR;
    if (size - SIZEOF_ETH_HDR > UINT16_MAX) {
        card->traffic.rx_errors++;
        put_all(card->device, pieces, nr);
        return;
    }
    struct pbuf *p = gather(card->device, pieces, nr);
    if (p == NULL) {
        card->traffic.rx_dropped++;
        return;
    }
    if (group)
        p->flags |= is_broadcast(&eth.dest) ? PBUF_FLAG_LLBCAST : PBUF_FLAG_LLMCAST;
    if (offload->needs_checksum || offload->checksum_ok) /* the device vouches for it */
        card->netif.chksum_flags &= (u16_t) ~(NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP);
    deliver(card, p, eth.type);
    card->netif.chksum_flags = card->checksums;
}

static void check_link(struct card *card)
{
    bool link = card->device->ops->has_link(card->device);
    if (link == (bool)netif_is_link_up(&card->netif))
        return;
    (link ? netif_set_link_up : netif_set_link_down)(&card->netif);
}

/* Takes frames until there is none, which turns the device's interrupt on, or others have waited
 * for long; false: there was none. Out of line: most calls of cards_poll() need no room for pieces.
 */
__attribute__((noinline)) static bool receive(struct card *card)
{
    struct net_piece pieces[NET_PIECES_MAX];
    struct net_offload offload;
    unsigned n = 0;
    /* The mark is taken off before the look at the link, so that news meanwhile are not lost. */
    bool interrupted = atomic_exchange_explicit(&card->interrupted, false, memory_order_acquire);
    for (unsigned nr; n < POLL_MAX; n++) {
        nr = NET_PIECES_MAX;
        if (card->device->ops->receive(card->device, pieces, &nr, &offload) != 0)
            break;
        input(card, pieces, nr, &offload);
    }
    if (interrupted)
        check_link(card); /* it may have been about that as well */
    if (n == POLL_MAX)
        net_wake(); /* for the rest the device does not interrupt */
    return n > 0;
}

bool cards_poll(void)
{
    bool any = false;
    for (struct card *card = cards; card != NULL; card = card->next) {
        struct net_device *d = card->device;
        d->ops->reclaim(d);
        if (card->full) { /* there is room again, perhaps */
            card->full = false;
            tcp_txnow();
        }
        if (d->ops->has_frames(d) || load_relaxed(&card->interrupted))
            any = receive(card) || any;
    }
    return any;
}

/* ---- The cards ---- */

/* In the interrupt. */
static void wake(struct net_device *d)
{
    struct card *card = peek(d->netif);
    if (card != NULL)
        store_relaxed(&card->interrupted, true);
    net_wake();
}

/* Called by lwIP. */
static err_t init(struct netif *netif)
{
    struct card *card = netif->state;
    const struct net_device *d = card->device;
    netif->name[0] = 'e';
    netif->name[1] = 't';
    netif->output = etharp_output;
    netif->output_ip6 = ethip6_output;
    netif->linkoutput = output;
    netif->hwaddr_len = NET_MAC_SIZE;
    memcpy(netif->hwaddr, d->mac, NET_MAC_SIZE);
    netif->mtu = netif->mtu6 = d->mtu;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                   NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
    if (d->ops->has_link(card->device))
        netif->flags |= NETIF_FLAG_LINK_UP;
    card->checksums = NETIF_CHECKSUM_ENABLE_ALL;
    if (d->checksums)
        card->checksums &= (u16_t)~NETIF_CHECKSUM_GEN_TCP;
    NETIF_SET_CHECKSUM_CTRL(netif, card->checksums);
    if (d->cuts_tcp4 && d->cuts_tcp6)
        netif->gso_max = GSO_MAX;
    return ERR_OK;
}

static void add(struct net_device *d)
{
    static int last_number = -1;
    struct card *card = kzalloc(sizeof(*card)), **end = &cards;
    if (card == NULL)
        return; /* the machine is without it */
    card->device = d;
    card->number = ++last_number;
    netif_add(&card->netif, NULL, NULL, NULL, card, init, netif_input);
    while (*end != NULL)
        end = &(*end)->next;
    *end = card;
    card_configure(card);
    poke(d->netif,
         (void *)card); /* interrupts are about it from now on; the thread looks at it first */
    net_wake();
}

void cards_start(void)
{
    struct net_device *d;
    if (!card_is_promised())
        return;
    while (virtio_net_open(&d, nr_cpus - 1, wake, sent) == 0)
        add(d);
    cards_configured();
}

bool cards_are_idle(void)
{
    for (struct card *card = cards; card != NULL; card = card->next)
        if (!card->device->ops->is_idle(card->device))
            return false;
    return true;
}

bool cards_exist(void)
{
    return cards != NULL;
}

bool cards_have_reports(void)
{
    for (const struct card *card = cards; card != NULL; card = card->next) {
        for (const struct igmp_group *g = netif_igmp_data(&card->netif); g != NULL; g = g->next)
            if (g->timer != 0)
                return true;
        for (const struct mld_group *g = netif_mld6_data(&card->netif); g != NULL; g = g->next)
            if (g->timer != 0)
                return true;
    }
    return false;
}
