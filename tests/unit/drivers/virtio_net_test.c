/* SPDX-License-Identifier: BSD-3-Clause */
/* The driver of network cards against a device that is played here: frames either way, large ones
 * in several pages, full queues, out of memory, and what a device should not write. */
#include <kernel/drivers/chain_queue.h>
#include <kernel/drivers/virtio_transport.h>

#include <arch/layout.h>
#include <errno.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/virtio_net.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE       8 /* descriptors of each queue */
#define HEADER     12
#define VERSION_1  (1ULL << 32)
#define EVENTS     (1ULL << 29)
#define CSUM       (1ULL << 0)
#define GUEST_CSUM (1ULL << 1)
#define MTU        (1ULL << 3)
#define MAC        (1ULL << 5)
#define GUEST_TSO4 (1ULL << 7)
#define HOST_TSO4  (1ULL << 11)
#define HOST_TSO6  (1ULL << 12)
#define MERGE      (1ULL << 15)
#define STATUS     (1ULL << 16)
#define ALL                                                                                        \
    (VERSION_1 | EVENTS | CSUM | GUEST_CSUM | MTU | MAC | GUEST_TSO4 | HOST_TSO4 | HOST_TSO6 |     \
     MERGE | STATUS)

/* A queue as the device sees it. */
struct side {
    struct virtq_desc *desc;
    volatile uint16_t *avail, *used;
    uint16_t seen, done;
    uint16_t notified;
};

static struct {
    uint64_t offered, accepted;
    uint8_t status;
    _Alignas(8) uint8_t config[16];
    struct side queue[2]; /* 0: the driver receives by it */
    void (*handler)(void *arg);
    void *arg;
    bool is_there;
} device;

static int frames, frames_left;
static unsigned woken;
static void *sent_cookies[64];
static unsigned nr_sent;

paddr_t frame_alloc(unsigned order, unsigned flags)
{
    (void)order, (void)flags;
    if (frames_left == 0)
        return FRAME_NONE;
    frames_left--;
    frames++;
    return virt_to_phys(aligned_alloc(PAGE_SIZE, PAGE_SIZE));
}

void frame_free(paddr_t pa, unsigned order)
{
    (void)order;
    frames--;
    free(phys_to_virt(pa));
}

void *kmalloc_for(size_t size, unsigned flags)
{
    (void)flags;
    return malloc(size);
}

void *kzalloc(size_t size)
{
    return calloc(1, size);
}

void kfree(void *p)
{
    free(p);
}

void random_fill(void *buf, size_t n)
{
    memset(buf, 0xff, n);
}

static uint64_t read_features(struct virtio_device *dev)
{
    (void)dev;
    return device.offered;
}

static void write_features(struct virtio_device *dev, uint64_t features)
{
    (void)dev;
    device.accepted = features;
}

static uint8_t read_status(struct virtio_device *dev)
{
    (void)dev;
    return device.status;
}

static void write_status(struct virtio_device *dev, uint8_t status)
{
    (void)dev;
    device.status = status;
}

static unsigned queue_max(struct virtio_device *dev, unsigned index)
{
    (void)dev;
    return index < 2 ? SIZE : 0;
}

static void queue_enable(struct virtio_device *dev, unsigned index, unsigned size, paddr_t desc,
                         paddr_t avail, paddr_t used, volatile void **notify)
{
    (void)dev;
    assert_int_equal(size, SIZE);
    device.queue[index] = (struct side){
        .desc = phys_to_virt(desc), .avail = phys_to_virt(avail), .used = phys_to_virt(used)};
    *notify = &device.queue[index].notified;
}

static int irq_setup(struct virtio_device *dev)
{
    device.handler = dev->handler;
    device.arg = dev->arg;
    assert_int_equal(dev->irq_cpu, 3);
    return 0;
}

static const struct virtio_transport transport = {
    .read_features = read_features,
    .write_features = write_features,
    .read_status = read_status,
    .write_status = write_status,
    .queue_max = queue_max,
    .queue_enable = queue_enable,
    .irq_setup = irq_setup,
};

int virtio_mmio_find(enum virtio_id id, struct virtio_device *dev)
{
    if (id != VIRTIO_NET || !device.is_there)
        return -ENODEV;
    *dev = (struct virtio_device){.transport = &transport, .config = device.config};
    return 0;
}

int virtio_mmio_probe(enum virtio_id id, struct virtio_device *dev)
{
    (void)id, (void)dev;
    return -ENODEV;
}

int virtio_pci_find(enum virtio_id id, struct virtio_device *dev)
{
    (void)id, (void)dev;
    return -ENODEV;
}

const struct virtio_transport virtio_mmio_transport = {0};

static void wake(struct net_device *d)
{
    (void)d;
    woken++;
}

static void sent(struct net_device *d, void *cookie)
{
    (void)d;
    sent_cookies[nr_sent++] = cookie;
}

static struct net_device *start(uint64_t features)
{
    static const uint8_t config[] = {0x52, 0x54, 0, 1, 2, 3, 1, 0, 0, 0, 0x28, 0x23}; /* MTU 9000 */
    struct net_device *d = NULL;
    memset(&device, 0, sizeof(device));
    memcpy(device.config, config, sizeof(config));
    device.offered = features;
    device.is_there = true;
    frames = 0;
    frames_left = 1000;
    woken = nr_sent = 0;
    assert_int_equal(virtio_net_open(&d, 3, wake, sent), 0);
    assert_int_equal(frames, SIZE);
    assert_int_equal(device.queue[0].avail[1], SIZE); /* a page for each descriptor */
    assert_int_equal(device.status & 4, 4);
    return d;
}

/* The device's part. */

static uint16_t take(struct side *q)
{
    assert_int_not_equal(q->avail[1], q->seen);
    return q->avail[2 + q->seen++ % SIZE];
}

static void put_used(struct side *q, uint16_t head, uint32_t written)
{
    volatile uint16_t *element = q->used + 2 + 4 * (q->done++ % SIZE);
    element[0] = head;
    element[1] = 0;
    element[2] = (uint16_t)written;
    element[3] = (uint16_t)(written >> 16);
}

static void show_used(struct side *q)
{
    q->used[1] = q->done;
}

/* Writes a frame of `size` bytes of the value `fill` into as many pages as it needs. */
static void deliver(size_t size, uint8_t fill, uint8_t flags, uint16_t gso_size)
{
    struct side *q = &device.queue[0];
    size_t left = size + HEADER;
    uint16_t nr = (uint16_t)((left + PAGE_SIZE - 1) / PAGE_SIZE);
    for (uint16_t i = 0; i < nr; i++) {
        uint16_t head = take(q);
        size_t n = left < PAGE_SIZE ? left : PAGE_SIZE;
        uint8_t *page = phys_to_virt(q->desc[head].address);
        assert_int_equal(q->desc[head].length, PAGE_SIZE);
        assert_int_equal(q->desc[head].flags, 2);
        memset(page, fill, n);
        if (i == 0) {
            uint16_t header[6] = {
                (uint16_t)(flags | (gso_size != 0 ? 0x100 : 0)), 54, gso_size, 34, 16, nr};
            memcpy(page, header, sizeof(header));
        }
        put_used(q, head, (uint32_t)n);
        left -= n;
    }
    show_used(q);
}

/* What the driver hands on. */

static int fetch(struct net_device *d, struct net_piece *pieces, unsigned *nr,
                 struct net_offload *offload)
{
    *nr = NET_PIECES_MAX;
    return d->ops->receive(d, pieces, nr, offload);
}

static void expect_frame(struct net_device *d, size_t size, uint8_t fill)
{
    struct net_piece pieces[NET_PIECES_MAX];
    struct net_offload offload;
    unsigned nr;
    assert_int_equal(fetch(d, pieces, &nr, &offload), 0);
    for (unsigned i = 0; i < nr; i++) {
        const uint8_t *data = pieces[i].data;
        assert_true(pieces[i].size <= size);
        for (size_t n = 0; n < pieces[i].size; n++)
            assert_int_equal(data[n], fill);
        size -= pieces[i].size;
        d->ops->put(d, &pieces[i]);
    }
    assert_int_equal(size, 0);
}

static void expect_none(struct net_device *d)
{
    struct net_piece pieces[NET_PIECES_MAX];
    struct net_offload offload;
    unsigned nr;
    assert_int_equal(fetch(d, pieces, &nr, &offload), -EAGAIN);
    assert_int_equal(frames, SIZE); /* nothing was lost or kept */
}

static void card_is_read(void **state)
{
    (void)state;
    static const uint8_t mac[] = {0x52, 0x54, 0, 1, 2, 3},
                         drawn[] = {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff};
    struct net_device *d = start(ALL);
    assert_memory_equal(d->mac, mac, sizeof(mac));
    assert_int_equal(d->mtu, 9000);
    assert_true(d->checksums && d->cuts_tcp4 && d->cuts_tcp6);
    assert_int_equal(device.accepted & GUEST_TSO4, GUEST_TSO4);
    assert_true(d->ops->has_link(d));
    device.config[6] = 0;
    assert_false(d->ops->has_link(d));
    d = start(VERSION_1);
    assert_memory_equal(d->mac, drawn, sizeof(drawn));
    assert_int_equal(d->mtu, 1500);
    assert_false(d->checksums || d->cuts_tcp4 || d->cuts_tcp6);
    assert_true(d->ops->has_link(d));
    d = start(ALL & ~MERGE); /* no page would take its frames */
    assert_int_equal(d->mtu, 1500);
    assert_int_equal(device.accepted & GUEST_TSO4, 0);
    d = start(ALL & ~CSUM);
    assert_false(d->cuts_tcp4);
    device.is_there = false;
    assert_int_equal(virtio_net_open(&d, 3, wake, sent), -ENODEV);
    device.is_there = true;
    device.offered = ALL & ~VERSION_1;
    assert_int_equal(virtio_net_open(&d, 3, wake, sent), -ENODEV);
    frames_left = 0;
    device.offered = ALL;
    device.status = 0;
    assert_int_equal(virtio_net_open(&d, 3, wake, sent), -ENOMEM);
    assert_int_equal(device.status, 0); /* it is at rest */
}

static void frames_are_received(void **state)
{
    (void)state;
    struct net_device *d = start(ALL);
    expect_none(d);
    for (unsigned i = 0; i < 100; i++) {
        deliver(60, (uint8_t)i, 0, 0);
        deliver(1514, (uint8_t)~i, 0, 0);
        expect_frame(d, 60, (uint8_t)i);
        expect_frame(d, 1514, (uint8_t)~i);
        expect_none(d);
        deliver(9014, (uint8_t)i, 0, 0); /* three pages */
        expect_frame(d, 9014, (uint8_t)i);
        expect_none(d);
    }
    device.handler(device.arg);
    assert_int_equal(woken, 1);
}

static void offloads_are_told(void **state)
{
    (void)state;
    struct net_piece pieces[NET_PIECES_MAX];
    struct net_offload o;
    unsigned nr;
    struct net_device *d = start(ALL);
    deliver(100, 1, 1, 0);
    assert_int_equal(fetch(d, pieces, &nr, &o), 0);
    assert_true(o.needs_checksum && !o.checksum_ok);
    assert_int_equal(o.checksum_start, 34);
    assert_int_equal(o.checksum_offset, 16);
    assert_int_equal(o.gso_size, 0);
    d->ops->put(d, pieces);
    deliver(5000, 1, 2, 1448);
    assert_int_equal(fetch(d, pieces, &nr, &o), 0);
    assert_true(!o.needs_checksum && o.checksum_ok && !o.v6);
    assert_int_equal(o.gso_size, 1448);
    assert_int_equal(o.header_size, 54);
    for (unsigned i = 0; i < nr; i++)
        d->ops->put(d, &pieces[i]);
    expect_none(d);
}

static void interrupt_is_asked_for_when_all_is_read(void **state)
{
    (void)state;
    struct net_device *d = start(ALL);
    struct side *q = &device.queue[0];
    assert_int_equal(q->avail[2 + SIZE], 0);
    deliver(60, 1, 0, 0);
    deliver(60, 2, 0, 0);
    expect_frame(d, 60, 1);
    assert_int_equal(q->avail[2 + SIZE], 0); /* not yet */
    expect_frame(d, 60, 2);
    expect_none(d);
    assert_int_equal(q->avail[2 + SIZE], 2);
}

static void without_memory_frames_are_dropped(void **state)
{
    (void)state;
    struct net_device *d = start(ALL);
    frames_left = 1;
    deliver(60, 1, 0, 0);
    deliver(5000, 2, 0, 0); /* two pages, and there is one */
    deliver(60, 3, 0, 0);
    expect_frame(d, 60, 1);
    expect_none(d); /* both others are gone, and their pages are the device's */
    frames_left = 100;
    for (unsigned i = 0; i < 3 * SIZE; i++) {
        deliver(60, 4, 0, 0);
        expect_frame(d, 60, 4);
        expect_none(d);
    }
}

static void damaged_frames_are_dropped(void **state)
{
    (void)state;
    struct net_piece pieces[NET_PIECES_MAX];
    struct net_offload offload;
    struct net_device *d = start(ALL);
    struct side *q = &device.queue[0];
    static const uint32_t lengths[] = {0, 4, HEADER, HEADER + 13};
    for (unsigned i = 0; i < 4; i++) { /* shorter than its headers */
        put_used(q, take(q), lengths[i]);
        show_used(q);
        expect_none(d);
    }
    static const uint16_t counts[] = {0, 2, 33, 0xffff};
    for (unsigned i = 0; i < 4; i++) { /* as many pages as are not there */
        uint16_t head = take(q);
        memset(phys_to_virt(q->desc[head].address), 0, 60);
        memcpy((char *)phys_to_virt(q->desc[head].address) + 10, &counts[i], 2);
        put_used(q, head, 60);
        show_used(q);
        expect_none(d);
    }
    put_used(q, 5, 0xffffffff); /* more than there was room for */
    take(q);
    show_used(q);
    unsigned nr = NET_PIECES_MAX;
    if (d->ops->receive(d, pieces, &nr, &offload) == 0) {
        assert_true(pieces[0].size <= PAGE_SIZE - HEADER);
        d->ops->put(d, pieces);
    }
    deliver(9014, 1, 0, 0); /* more pieces than the caller takes */
    nr = 2;
    assert_int_equal(d->ops->receive(d, pieces, &nr, &offload), -EAGAIN);
    expect_none(d);
    deliver(60, 7, 0, 0);
    expect_frame(d, 60, 7);
}

/* What the device finds of a frame that was sent. */
static size_t take_sent(uint16_t *head, uint8_t header[HEADER], uint8_t *data)
{
    struct side *q = &device.queue[1];
    size_t size = 0;
    *head = take(q);
    assert_int_equal(q->desc[*head].length, HEADER);
    memcpy(header, phys_to_virt(q->desc[*head].address), HEADER);
    for (uint16_t at = *head; q->desc[at].flags & 1;) {
        at = q->desc[at].next;
        memcpy(data + size, phys_to_virt(q->desc[at].address), q->desc[at].length);
        size += q->desc[at].length;
    }
    return size;
}

static void frames_are_sent(void **state)
{
    (void)state;
    char first[] = "first ", second[] = "second", third[] = "third";
    struct net_piece pieces[] = {{first, 6}, {second, 6}};
    struct net_piece one = {third, 5};
    struct net_offload none = {0};
    struct net_offload large = {.needs_checksum = true,
                                .checksum_start = 34,
                                .checksum_offset = 16,
                                .gso_size = 1448,
                                .header_size = 54,
                                .v6 = true};
    uint8_t header[HEADER], data[64], zero[HEADER] = {0};
    uint16_t head, other;
    struct net_device *d = start(ALL);
    assert_int_equal(d->ops->send(d, pieces, 2, &none, first), 0);
    assert_int_equal(device.queue[1].avail[1], 0); /* the device is told of both at once */
    assert_int_equal(d->ops->send(d, &one, 1, &large, third), 0);
    d->ops->flush(d);
    assert_int_equal(take_sent(&head, header, data), 12);
    assert_memory_equal(data, "first second", 12);
    assert_memory_equal(header, zero, HEADER);
    assert_int_equal(take_sent(&other, header, data), 5);
    static const uint8_t expected[] = {1, 4, 54, 0, 0xa8, 5, 34, 0, 16, 0, 0, 0};
    assert_memory_equal(header, expected, HEADER);
    assert_int_equal(nr_sent, 0);
    assert_false(d->ops->is_idle(d));
    put_used(&device.queue[1], other, 0); /* in any order */
    put_used(&device.queue[1], head, 0);
    show_used(&device.queue[1]);
    d->ops->reclaim(d);
    assert_int_equal(nr_sent, 2);
    assert_ptr_equal(sent_cookies[0], third);
    assert_ptr_equal(sent_cookies[1], first);
    assert_true(d->ops->is_idle(d));
}

static void full_queue_says_so(uint64_t features)
{
    char byte = 'x';
    struct net_piece piece = {&byte, 1};
    struct net_offload none = {0};
    uint8_t header[HEADER], data[8];
    uint16_t head;
    struct net_device *d = start(features);
    struct side *q = &device.queue[1];
    for (unsigned i = 0; i < SIZE / 2; i++) /* two descriptors each */
        assert_int_equal(d->ops->send(d, &piece, 1, &none, &byte), 0);
    assert_int_equal(d->ops->send(d, &piece, 1, &none, &byte), -ENOBUFS);
    assert_int_equal(q->avail[1], SIZE / 2); /* all that is to leave is seen */
    if (features & EVENTS)
        assert_int_equal(q->avail[2 + SIZE], 0); /* the next that leaves interrupts */
    else
        assert_int_equal(q->avail[0], 0);
    assert_int_equal(nr_sent, 0);
    take_sent(&head, header, data);
    put_used(q, head, 0);
    show_used(q);
    assert_int_equal(d->ops->send(d, &piece, 1, &none, &byte), 0);
    assert_int_equal(nr_sent, 1);
    struct net_piece many[NET_PIECES_MAX + 1] = {{0}};
    assert_int_equal(d->ops->send(d, many, NET_PIECES_MAX + 1, &none, NULL), -EMSGSIZE);
}

static void full_queues_say_so(void **state)
{
    (void)state;
    full_queue_says_so(ALL);
    full_queue_says_so(ALL & ~EVENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(card_is_read),
        cmocka_unit_test(frames_are_received),
        cmocka_unit_test(offloads_are_told),
        cmocka_unit_test(interrupt_is_asked_for_when_all_is_read),
        cmocka_unit_test(without_memory_frames_are_dropped),
        cmocka_unit_test(damaged_frames_are_dropped),
        cmocka_unit_test(frames_are_sent),
        cmocka_unit_test(full_queues_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
