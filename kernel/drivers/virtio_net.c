/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Network cards: a queue each way. The device fills pages, several for a large frame, which are
 * handed on without a copy, each replaced by a fresh one; where there is no memory for that the
 * frame is dropped and its pages are the device's again, so it never runs out of them.
 *
 * The device interrupts for what it has received, once after each time that the queue was found
 * empty, and for what it has sent only while the queue is full.
 *
 * No lock: the operations are called by one task at a time, and the interrupt handler touches
 * nothing. put() frees a page, from any task; put_back() keeps one for the next frame.
 */
#include "chain_queue.h"

#include <asm-generic/errno.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/random.h>
#include <hermit/string.h>
#include <hermit/virtio_net.h>

#include <arch/layout.h>

#define FEATURE_CSUM       (1ULL << 0)
#define FEATURE_GUEST_CSUM (1ULL << 1)
#define FEATURE_MTU        (1ULL << 3)
#define FEATURE_MAC        (1ULL << 5)
#define FEATURE_GUEST_TSO4 (1ULL << 7)
#define FEATURE_GUEST_TSO6 (1ULL << 8)
#define FEATURE_HOST_TSO4  (1ULL << 11)
#define FEATURE_HOST_TSO6  (1ULL << 12)
#define FEATURE_MRG_RXBUF  (1ULL << 15)
#define FEATURE_STATUS     (1ULL << 16)

#define FEATURES                                                                                   \
    (FEATURE_CSUM | FEATURE_GUEST_CSUM | FEATURE_MTU | FEATURE_MAC | FEATURE_HOST_TSO4 |           \
     FEATURE_HOST_TSO6 | FEATURE_MRG_RXBUF | FEATURE_STATUS | CHAINQ_FEATURES)

enum { QUEUE_RECEIVE, QUEUE_SEND };
#define QUEUE_SIZE 256

/* Offsets in the configuration. */
enum { CONFIG_MAC = 0, CONFIG_STATUS = 6, CONFIG_MTU = 10 };
#define STATUS_LINK_UP 1

#define MTU_DEFAULT     1500
#define MTU_MIN         68 /* RFC 791 */
#define ETHERNET_HEADER 14

#define REFILL_BATCH 16 /* pages after which the device is told of them */

/* In front of each frame, either way. */
struct header {
    uint8_t flags, gso_type;
    uint16_t header_size, gso_size;
    uint16_t checksum_start, checksum_offset;
    uint16_t nr_buffers; /* received: pages that the frame lies in */
};

enum { NEEDS_CHECKSUM = 1, CHECKSUM_VALID = 2 };
enum { GSO_NONE = 0, GSO_TCP4 = 1, GSO_TCP6 = 4 };

/* A frame that is being sent. */
struct sending {
    struct header header;
    void *cookie;
    struct sending *next_free;
};

struct virtio_net {
    struct net_device net;
    struct virtio_device device;
    struct chainq receive, send;
    struct sending *sendings, *free_sendings; /* one for each descriptor */
    uint64_t features;
    unsigned refilled; /* pages that the device has not been told of */
    void *spare;       /* a page, or NULL */
};

static struct virtio_net *card_of(struct net_device *d)
{
    return container_of(d, struct virtio_net, net);
}

/* ---- Receiving ---- */

/* Gives a page to the device. */
static void give_page(struct virtio_net *card, void *page)
{
    struct virtq_part part = {virt_to_phys(page), PAGE_SIZE};
    chainq_add(&card->receive, &part, 0, 1, page); /* there is a descriptor for each page */
    if (++card->refilled >= REFILL_BATCH) {
        chainq_kick(&card->receive);
        card->refilled = 0;
    }
}

static void *new_page(struct virtio_net *card)
{
    void *spare = card->spare;
    if (spare != NULL) {
        card->spare = NULL;
        return spare;
    }
    paddr_t pa = frame_alloc(0, 0);
    return pa != FRAME_NONE ? phys_to_virt(pa) : NULL;
}

/* Gives the device fresh pages in place of nr received ones; without memory it gets these back.
 * Were they replaced? */
static bool replace(struct virtio_net *card, void *const *pages, unsigned nr)
{
    void *fresh[NET_PIECES_MAX];
    unsigned got = 0;
    while (got < nr && (fresh[got] = new_page(card)) != NULL)
        got++;
    for (unsigned i = 0; i < nr; i++)
        give_page(card, got == nr ? fresh[i] : pages[i]);
    for (unsigned i = 0; got < nr && i < got; i++)
        frame_free(virt_to_phys(fresh[i]), 0);
    return got == nr;
}

static void read_offload(const struct header *h, struct net_offload *offload)
{
    *offload = (struct net_offload){
        .needs_checksum = h->flags & NEEDS_CHECKSUM,
        .checksum_ok = h->flags & CHECKSUM_VALID,
        .v6 = h->gso_type == GSO_TCP6,
        .checksum_start = h->checksum_start,
        .checksum_offset = h->checksum_offset,
        .gso_size = h->gso_type != GSO_NONE ? h->gso_size : 0,
        .header_size = h->header_size,
    };
}

/* Takes the pages of one frame, of which the first has been reaped. Stores those that fit; returns
 * their number, or 0: the frame is damaged or too long, and its pages are the device's again. */
static unsigned take_frame(struct virtio_net *card, char *page, uint32_t written,
                           void *pages[NET_PIECES_MAX], uint32_t sizes[NET_PIECES_MAX])
{
    const struct header *h = (const struct header *)(const void *)page;
    unsigned wanted = card->features & FEATURE_MRG_RXBUF ? h->nr_buffers : 1, nr = 1;
    bool good = written >= sizeof(*h) + ETHERNET_HEADER && wanted >= 1 && wanted <= NET_PIECES_MAX;
    pages[0] = page;
    sizes[0] = written;
    while (good && nr < wanted) {
        pages[nr] = chainq_reap(&card->receive, &sizes[nr]);
        good = pages[nr] != NULL && sizes[nr] != 0;
        nr += pages[nr] != NULL;
    }
    if (good)
        return nr;
    for (unsigned i = 0; i < nr; i++)
        give_page(card, pages[i]);
    return 0;
}

static bool has_frames(struct net_device *d)
{
    return !chainq_is_empty(&card_of(d)->receive);
}

static int receive(struct net_device *d, struct net_piece *pieces, unsigned *nr,
                   struct net_offload *offload)
{
    struct virtio_net *card = card_of(d);
    void *pages[NET_PIECES_MAX];
    uint32_t sizes[NET_PIECES_MAX], written;
    for (;;) {
        char *page = chainq_reap(&card->receive, &written);
        if (page == NULL) {
            chainq_kick(&card->receive);
            card->refilled = 0;
            if (chainq_arm(&card->receive))
                return -EAGAIN;
            continue;
        }
        unsigned n = take_frame(card, page, written, pages, sizes);
        if (n == 0)
            continue;
        struct header h = *(struct header *)(void *)page;
        if (n > *nr) { /* more than the caller takes */
            for (unsigned i = 0; i < n; i++)
                give_page(card, pages[i]);
            continue;
        }
        if (!replace(card, pages, n))
            continue;
        read_offload(&h, offload);
        for (unsigned i = 0; i < n; i++)
            pieces[i] = (struct net_piece){pages[i], sizes[i]};
        pieces[0].data = page + sizeof(h);
        pieces[0].size -= (uint32_t)sizeof(h);
        *nr = n;
        return 0;
    }
}

static void put(struct net_device *d, const struct net_piece *piece)
{
    (void)d;
    frame_free(virt_to_phys(piece->data) & ~(paddr_t)(PAGE_SIZE - 1), 0);
}

static void put_back(struct net_device *d, const struct net_piece *piece)
{
    struct virtio_net *card = card_of(d);
    if (card->spare == NULL)
        card->spare = (void *)ALIGN_DOWN((uintptr_t)piece->data, PAGE_SIZE);
    else
        put(d, piece);
}

/* ---- Sending ---- */

static void reclaim(struct net_device *d)
{
    struct virtio_net *card = card_of(d);
    struct sending *s;
    uint32_t written;
    while ((s = chainq_reap(&card->send, &written)) != NULL) {
        void *cookie = s->cookie;
        s->next_free = card->free_sendings;
        card->free_sendings = s;
        d->sent(d, cookie);
    }
}

static bool is_idle(struct net_device *d)
{
    const struct virtio_net *card = card_of(d);
    reclaim(d);
    return card->send.nr_free == card->send.ring.size;
}

static void write_header(struct header *h, const struct net_offload *offload)
{
    *h = (struct header){0};
    if (offload->needs_checksum) {
        h->flags = NEEDS_CHECKSUM;
        h->checksum_start = offload->checksum_start;
        h->checksum_offset = offload->checksum_offset;
    }
    if (offload->gso_size != 0) {
        h->gso_type = offload->v6 ? GSO_TCP6 : GSO_TCP4;
        h->gso_size = offload->gso_size;
        h->header_size = offload->header_size;
    }
}

/* Adds a frame to the queue. −EAGAIN: it is full. */
static int enqueue(struct virtio_net *card, const struct virtq_part *parts, unsigned nr,
                   struct sending *s)
{
    int err = chainq_add(&card->send, parts, nr, 0, s);
    if (err != -EAGAIN)
        return err;
    if (!card->send.event_index)
        virtq_set_interrupts(&card->send.ring, true); /* from now on */
    do /* the device interrupts when it has sent something, unless it has by now */
        reclaim(&card->net);
    while (!chainq_arm(&card->send));
    return chainq_add(&card->send, parts, nr, 0, s);
}

static int send(struct net_device *d, const struct net_piece *pieces, unsigned nr,
                const struct net_offload *offload, void *cookie)
{
    struct virtio_net *card = card_of(d);
    struct virtq_part parts[NET_PIECES_MAX + 1];
    if (nr > NET_PIECES_MAX)
        return -EMSGSIZE;
    if (card->send.nr_free < QUEUE_SIZE / 2)
        reclaim(d);
    struct sending *s = card->free_sendings;
    if (s == NULL)
        return -ENOBUFS;
    write_header(&s->header, offload);
    s->cookie = cookie;
    parts[0] = (struct virtq_part){virt_to_phys(&s->header), sizeof(s->header)};
    for (unsigned i = 0; i < nr; i++)
        parts[i + 1] = (struct virtq_part){virt_to_phys(pieces[i].data), pieces[i].size};
    card->free_sendings = s->next_free;
    if (enqueue(card, parts, nr + 1, s) == 0)
        return 0;
    chainq_kick(&card->send); /* what is to make room must be seen */
    s->next_free = card->free_sendings;
    card->free_sendings = s;
    return -ENOBUFS;
}

static void flush(struct net_device *d)
{
    chainq_kick(&card_of(d)->send);
}

/* ---- The card ---- */

static uint16_t config16(const struct virtio_net *card, unsigned at)
{
    return *(volatile uint16_t *)(volatile void *)(card->device.config + at);
}

static bool has_link(struct net_device *d)
{
    struct virtio_net *card = card_of(d);
    return !(card->features & FEATURE_STATUS) || config16(card, CONFIG_STATUS) & STATUS_LINK_UP;
}

static const struct net_device_ops ops = {
    .send = send,
    .flush = flush,
    .has_frames = has_frames,
    .receive = receive,
    .put = put,
    .put_back = put_back,
    .reclaim = reclaim,
    .is_idle = is_idle,
    .has_link = has_link,
};

/* Without an address of its own it gets one by chance, marked as nobody's (IEEE 802). */
static void read_mac(struct virtio_net *card)
{
    uint8_t *mac = card->net.mac;
    if (!(card->features & FEATURE_MAC)) {
        random_fill(mac, NET_MAC_SIZE);
        mac[0] = (uint8_t)((mac[0] & ~1U) | 2);
        return;
    }
    for (unsigned i = 0; i < NET_MAC_SIZE; i++)
        mac[i] = card->device.config[CONFIG_MAC + i];
}

static void read_config(struct virtio_net *card)
{
    uint16_t mtu = card->features & FEATURE_MTU ? config16(card, CONFIG_MTU) : MTU_DEFAULT;
    bool merges = card->features & FEATURE_MRG_RXBUF;
    unsigned most = PAGE_SIZE - sizeof(struct header) - ETHERNET_HEADER;
    read_mac(card);
    card->net.mtu = merges || mtu <= most ? MAX(mtu, MTU_MIN) : MTU_DEFAULT;
    card->net.checksums = card->features & FEATURE_CSUM;
    card->net.cuts_tcp4 = card->net.checksums && card->features & FEATURE_HOST_TSO4;
    card->net.cuts_tcp6 = card->net.checksums && card->features & FEATURE_HOST_TSO6;
}

/* Large frames are taken only from a device that lays one into several pages. */
static int negotiate(struct virtio_net *card)
{
    uint64_t offered = card->device.transport->read_features(&card->device), wanted = FEATURES;
    if (offered & FEATURE_MRG_RXBUF && offered & FEATURE_GUEST_CSUM)
        wanted |= FEATURE_GUEST_TSO4 | FEATURE_GUEST_TSO6;
    return virtio_negotiate(&card->device, wanted, &card->features);
}

static int make_sendings(struct virtio_net *card)
{
    unsigned n = card->send.ring.size;
    card->sendings = kzalloc(n * sizeof(*card->sendings));
    if (card->sendings == NULL)
        return -ENOMEM;
    for (unsigned i = 0; i < n; i++) {
        card->sendings[i].next_free = card->free_sendings;
        card->free_sendings = &card->sendings[i];
    }
    return 0;
}

/* Gives the device a page for each descriptor, or as many as there are. */
static int fill(struct virtio_net *card)
{
    unsigned n = card->receive.ring.size, got = 0;
    for (void *page; got < n && (page = new_page(card)) != NULL; got++)
        give_page(card, page);
    return got == 0 ? -ENOMEM : 0;
}

static void interrupt(void *arg)
{
    struct virtio_net *card = arg;
    card->net.wake(&card->net);
}

/* After virtio_find(). */
static int set_up(struct virtio_net *card)
{
    int err = negotiate(card);
    if (err == 0)
        err = virtio_irq_request(&card->device, interrupt, card);
    if (err == 0)
        err = chainq_init(&card->device, &card->receive, QUEUE_RECEIVE, QUEUE_SIZE, card->features);
    if (err == 0)
        err = chainq_init(&card->device, &card->send, QUEUE_SEND, QUEUE_SIZE, card->features);
    if (err == 0)
        err = make_sendings(card);
    if (err != 0)
        return err;
    read_config(card);
    if (!card->send.event_index)
        virtq_set_interrupts(&card->send.ring, false);
    return fill(card);
}

int virtio_net_open(struct net_device **device, unsigned cpu, void (*wake)(struct net_device *d),
                    void (*sent)(struct net_device *d, void *cookie))
{
    struct virtio_net *card = kzalloc(sizeof(*card));
    if (card == NULL)
        return -ENOMEM;
    int err = virtio_find(VIRTIO_NET, &card->device);
    if (err != 0) {
        kfree(card);
        return err;
    }
    card->device.irq_cpu = cpu;
    card->net.ops = &ops;
    card->net.wake = wake;
    card->net.sent = sent;
    err = set_up(card);
    if (err != 0) {
        card->device.transport->write_status(&card->device, 0);
        return err; /* an interrupt may lead to it already, so its memory stays */
    }
    virtio_driver_ok(&card->device);
    chainq_kick(&card->receive);
    (void)chainq_arm(&card->receive);
    *device = &card->net;
    return 0;
}
