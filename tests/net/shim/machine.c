/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The machine around the socket layer: its clock, its network card, its system calls. See
 * machine.h. A frame that the card has sent is held until the driver looks at its ring again, as a
 * device does, so lwIP cannot send it once more before.
 */
#include <asm/unistd.h>
#include <hermit/boot_info.h>
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/signal_pending.h>
#include <hermit/socket.h>
#include <hermit/string.h>
#include <hermit/virtio_net.h>
#include <linux/errno.h>

#include "../../../kernel/net/card.h"
#include "../../../kernel/net/net_core.h"
#include "../../../kernel/net/tcp_fastopen.h"
#include "../../../syscalls/handlers.h"
#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/etharp.h"
#include "lwip/prot/ethernet.h"
#include "shim.h"

void *malloc(size_t size);
int posix_memalign(void **p, size_t alignment, size_t size);
void free(void *p);

uint64_t machine_now = NSEC_PER_SEC; /* 0 is "never" to some */
void (*machine_idle)(uint64_t until) = machine_step;

static uint64_t state;
static bool lazy_checksums;

void machine_seed(uint64_t seed)
{
    state = seed * 0x2545f4914f6cdd1d;
}

uint64_t machine_random(void)
{
    uint64_t x = state += 0x9e3779b97f4a7c15; /* splitmix64 */
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* --- the card */

#define HEADERS 128UL /* bytes at the start of a frame that are in one piece, as in a page */

struct frame {
    struct frame *next;
    uint64_t when;
    void *cookie; /* of what was sent: the driver's */
    size_t size;
    uint8_t data[];
};

struct queue {
    struct frame *first, **end;
};

static struct queue arrived = {NULL, &arrived.first}; /* the driver fetches them */
static struct queue caught = {NULL, &caught.first};   /* … and the test these */
static struct queue held = {NULL, &held.first};       /* sent, but not reclaimed; without bytes */

static void push(struct queue *q, struct frame *f)
{
    f->next = NULL;
    *q->end = f;
    q->end = &f->next;
}

static struct frame *pop(struct queue *q)
{
    struct frame *f = q->first;
    if (f == NULL)
        return NULL;
    q->first = f->next;
    if (q->first == NULL)
        q->end = &q->first;
    return f;
}

/* All bytes undefined. */
static struct frame *frame_new(size_t size)
{
    struct frame *f = malloc(sizeof(*f) + size);
    if (f == NULL)
        panic("the host has no memory");
    *f = (struct frame){.when = machine_now, .size = size};
    return f;
}

static const uint8_t own_mac[NET_MAC_SIZE] = {2, 0, 0, 0, 0, 1};
static const uint8_t gateway_mac[NET_MAC_SIZE] = {2, 0, 0, 0, 0, 2};

static void add_header(uint8_t *frame, uint16_t type)
{
    struct eth_hdr *eth = (struct eth_hdr *)(void *)frame;
    memcpy(&eth->dest, own_mac, sizeof(own_mac));
    memcpy(&eth->src, gateway_mac, sizeof(gateway_mac));
    eth->type = lwip_htons(type);
}

/* Whatever is asked for is the gateway. */
static void answer_arp(const struct frame *f)
{
    struct frame *answer = frame_new(SIZEOF_ETH_HDR + SIZEOF_ETHARP_HDR);
    struct etharp_hdr *arp = (struct etharp_hdr *)(void *)(answer->data + SIZEOF_ETH_HDR);
    const struct etharp_hdr *asked =
        (const struct etharp_hdr *)(const void *)(f->data + SIZEOF_ETH_HDR);
    add_header(answer->data, ETHTYPE_ARP);
    *arp = *asked;
    arp->opcode = lwip_htons(ARP_REPLY);
    memcpy(&arp->shwaddr, gateway_mac, sizeof(gateway_mac));
    memcpy(&arp->dhwaddr, own_mac, sizeof(own_mac));
    memcpy(&arp->sipaddr, &asked->dipaddr, sizeof(arp->sipaddr));
    memcpy(&arp->dipaddr, &asked->sipaddr, sizeof(arp->dipaddr));
    push(&arrived, answer);
}

static void leave(struct frame *f)
{
    const struct eth_hdr *eth = (const struct eth_hdr *)(const void *)f->data;
    if (eth->type == PP_HTONS(ETHTYPE_ARP)) {
        if (f->size >= SIZEOF_ETH_HDR + SIZEOF_ETHARP_HDR)
            answer_arp(f);
        free(f);
    } else {
        push(&caught, f);
    }
}

static int send(struct net_device *d, const struct net_piece *pieces, unsigned nr,
                const struct net_offload *offload, void *cookie)
{
    size_t size = 0;
    (void)d, (void)offload;
    for (unsigned i = 0; i < nr; i++)
        size += pieces[i].size;
    struct frame *f = frame_new(size), *hold = frame_new(0);
    uint8_t *to = f->data;
    for (unsigned i = 0; i < nr; to += pieces[i].size, i++)
        memcpy(to, pieces[i].data, pieces[i].size);
    hold->cookie = cookie;
    push(&held, hold);
    leave(f);
    return 0;
}

static void flush(struct net_device *d)
{
    (void)d;
}

/* At the start of a page, as the driver finds that in `put`, whatever was taken off in front; and
 * by itself, so that the sanitizer sees its end. */
static struct net_piece make_piece(const uint8_t *data, size_t size)
{
    void *copy;
    if (posix_memalign(&copy, PAGE_SIZE, size) != 0)
        panic("the host has no memory");
    memcpy(copy, data, size);
    return (struct net_piece){copy, (uint32_t)size};
}

static bool has_frames(struct net_device *d)
{
    (void)d;
    return arrived.first != NULL;
}

static int receive(struct net_device *d, struct net_piece *pieces, unsigned *nr,
                   struct net_offload *offload)
{
    struct frame *f = pop(&arrived);
    (void)d;
    if (f == NULL)
        return -EAGAIN;
    size_t rest = f->size - MIN(f->size, HEADERS);
    size_t cut = f->size - (rest > 0 && machine_random() % 4 == 0 ? machine_random() % rest : 0);
    *offload = (struct net_offload){.checksum_ok = lazy_checksums};
    pieces[0] = make_piece(f->data, cut);
    *nr = 1;
    if (cut < f->size)
        pieces[(*nr)++] = make_piece(f->data + cut, f->size - cut);
    free(f);
    return 0;
}

static void put(struct net_device *d, const struct net_piece *piece)
{
    (void)d;
    free((void *)ALIGN_DOWN((uintptr_t)piece->data, PAGE_SIZE));
}

static void reclaim(struct net_device *d)
{
    for (struct frame *f; (f = pop(&held)) != NULL; free(f))
        d->sent(d, f->cookie);
}

static bool is_idle(struct net_device *d)
{
    (void)d;
    return held.first == NULL;
}

static bool has_link(struct net_device *d)
{
    (void)d;
    return true;
}

static const struct net_device_ops ops = {
    .send = send,
    .flush = flush,
    .has_frames = has_frames,
    .receive = receive,
    .put = put,
    .put_back = put,
    .reclaim = reclaim,
    .is_idle = is_idle,
    .has_link = has_link,
};
static struct net_device device = {.ops = &ops, .mtu = 1500};

int virtio_net_open(struct net_device **d, unsigned cpu, void (*wake)(struct net_device *d),
                    void (*sent)(struct net_device *d, void *cookie))
{
    (void)cpu;
    if (device.sent != NULL)
        return -ENODEV;
    memcpy(device.mac, own_mac, sizeof(own_mac));
    device.wake = wake;
    device.sent = sent;
    *d = &device;
    return 0;
}

/* --- the clock */

/* What the net thread does when it is woken; when the next timer is due. */
static uint64_t run_net(void)
{
    for (;;) {
        net_lock();
        bool more = cards_poll();
        uint64_t next = net_timers_run(machine_now);
        net_unlock();
        if (!more && arrived.first == NULL)
            return next;
    }
}

void machine_step(uint64_t until)
{
    uint64_t next = run_net();
    if (next > until)
        next = until;
    if (next == TIME_FOREVER)
        panic("nothing will ever happen");
    if (next > machine_now)
        machine_now = next;
    (void)run_net();
}

void machine_run_ms(uint64_t ms)
{
    uint64_t end = machine_now + ms * 1000000;
    while (machine_now < end)
        machine_step(end);
}

void machine_deliver_frame(const void *data, size_t size)
{
    if (size < SIZEOF_ETH_HDR || size > PAGE_SIZE)
        return;
    struct frame *f = frame_new(size);
    memcpy(f->data, data, size);
    push(&arrived, f);
    (void)run_net();
}

void machine_deliver(const void *packet, size_t size)
{
    struct frame *f = frame_new(SIZEOF_ETH_HDR + size);
    bool v6 = size > 0 && *(const uint8_t *)packet >> 4 == 6;
    add_header(f->data, v6 ? ETHTYPE_IPV6 : ETHTYPE_IP);
    memcpy(f->data + SIZEOF_ETH_HDR, packet, size);
    push(&arrived, f);
    (void)run_net();
}

size_t machine_caught(void *packet, size_t size, uint64_t *when)
{
    struct frame *f = pop(&caught);
    if (f == NULL)
        return 0;
    size_t n = MIN(f->size - SIZEOF_ETH_HDR, size);
    memcpy(packet, f->data + SIZEOF_ETH_HDR, n);
    if (when != NULL)
        *when = f->when;
    free(f);
    return n;
}

/* --- system calls */

typedef long (*handler)(long a, long b, long c, long d, long e, long f);

#define CALL(name) [__NR_##name] = (handler)(void (*)(void))sys_##name
static const handler handlers[] = {
    CALL(socket),     CALL(socketpair), CALL(bind),        CALL(connect),     CALL(listen),
    CALL(accept),     CALL(accept4),    CALL(getsockname), CALL(getpeername), CALL(shutdown),
    CALL(setsockopt), CALL(getsockopt), CALL(sendto),      CALL(recvfrom),    CALL(sendmsg),
    CALL(recvmsg),    CALL(sendmmsg),   CALL(recvmmsg),    CALL(read),        CALL(write),
    CALL(readv),      CALL(writev),     CALL(fcntl),       CALL(ioctl),       CALL(close),
    CALL(poll),       CALL(ppoll),      CALL(select),      CALL(pselect6),    CALL(epoll_create1),
    CALL(epoll_ctl),  CALL(epoll_wait), CALL(epoll_pwait), CALL(dup),
};

long machine_call(long number, long a, long b, long c, long d, long e, long f)
{
    shim_begin_call();
    if (number < 0 || (size_t)number >= ARRAY_SIZE(handlers) || handlers[number] == NULL)
        return -ENOSYS;
    long result = handlers[number](a, b, c, d, e, f);
    bool again = result <= -ERESTART_FIRST && result >= -ERESTART_LAST;
    return again ? -EINTR : result; /* as if a handler without SA_RESTART had run */
}

/* A number in decimal or, after 0x, hexadecimal. */
static unsigned number_of(const char *text)
{
    unsigned base = text[0] == '0' && text[1] == 'x' ? 16 : 10, n = 0;
    for (text += base == 16 ? 2 : 0; *text > ' '; text++)
        n = n * base + (unsigned)(*text <= '9' ? *text - '0' : (*text | 0x20) - 'a' + 10);
    return n;
}

int machine_sysctl(const char *name, const char *value)
{
    if (strcmp(name, "tcp_fastopen") == 0) {
        store_relaxed(&tcp_fastopen_mode, number_of(value));
    } else if (strcmp(name, "tcp_fastopen_blackhole_timeout_sec") == 0) {
        store_relaxed(&tcp_fastopen_blackhole, number_of(value));
        tcp_fastopen_forget_blackholes();
    } else if (strcmp(name, "tcp_fastopen_key") == 0) {
        return tcp_fastopen_set_keys(value, strlen(value));
    } else if (strcmp(name, "tcp_timestamps") == 0) {
        lwip_time_stamps = (uint8_t)number_of(value);
    } else {
        return -EINVAL;
    }
    return 0;
}

void machine_reset(void)
{
    for (int fd; (fd = fd_next(0)) >= 0;)
        (void)machine_call(__NR_close, fd, 0, 0, 0, 0, 0);
    net_lock();
    while (tcp_active_pcbs != NULL)
        tcp_abort(tcp_active_pcbs);
    while (tcp_tw_pcbs != NULL)
        tcp_abort(tcp_tw_pcbs);
    net_unlock();
    (void)run_net();
    for (struct frame *f; (f = pop(&caught)) != NULL;)
        free(f);
}

void machine_start(const struct machine_setup *setup)
{
    static struct hermit_boot_block block;
    machine_seed(setup->seed);
    lazy_checksums = setup->lazy_checksums;
    block.network.present = 1;
    memcpy(block.network.ip, setup->ip, sizeof(setup->ip));
    memcpy(block.network.mask, setup->mask, sizeof(setup->mask));
    memcpy(block.network.gateway, setup->gateway, sizeof(setup->gateway));
    boot_info.block = &block;
    net_lock();
    if (net_start() != 0)
        panic("the network does not start");
    net_unlock();
    machine_run_ms(3000); /* what interfaces say at their start */
    machine_reset();
}
