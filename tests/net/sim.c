/* SPDX-License-Identifier: BSD-3-Clause */
/* The simulated link and clock, and what lwIP needs of its surroundings (lwip/include/port.h). */
#include "sim.h"

#include "cut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/init.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"

struct packet {
    struct packet *next;
    uint64_t due;
    struct netif *to;  /* NULL: caught, or with `held` the driver's */
    struct pbuf *held; /* given back when due */
    size_t size;
    unsigned char data[];
};

struct sim_link sim_link;
struct netif sim_netif[2];
uint64_t sim_packets;
size_t sim_memory;
unsigned sim_out_of_memory;
struct icmp_error sim_icmp_error;
const void *sim_icmp_pcb;

static uint64_t now_us, state;
static struct packet *under_way, *caught;
static size_t memory_at_start;
static bool started;

uint64_t sim_random(void)
{
    uint64_t x = state += 0x9e3779b97f4a7c15; /* splitmix64 */
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* --- the port */

void *lwip_port_malloc(size_t size)
{
    size_t *p;
    if (sim_out_of_memory && sim_below(1000) < sim_out_of_memory)
        return NULL;
    p = malloc(size + 16);
    if (!p)
        abort();
    *p = size;
    sim_memory += size;
    return (char *)p + 16;
}

void *lwip_port_calloc(size_t count, size_t size)
{
    void *p = lwip_port_malloc(count * size);
    return p ? memset(p, 0, count * size) : NULL;
}

void lwip_port_free(void *p)
{
    size_t *start = (size_t *)(void *)((char *)p - 16);
    if (!p)
        return;
    sim_memory -= *start;
    free(start);
}

void lwip_port_random(void *buf, size_t n)
{
    for (unsigned char *p = buf; n > 0; n--)
        *p++ = (unsigned char)sim_random();
}

uint64_t lwip_port_now_us(void)
{
    return now_us;
}

void lwip_port_timer_set(void)
{
}

uint32_t sys_now(void)
{
    return (uint32_t)(now_us / 1000);
}

void lwip_port_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    abort();
}

void lwip_port_tcp_error(struct tcp_pcb *pcb, const struct icmp_error *e)
{
    sim_icmp_error = *e;
    sim_icmp_pcb = pcb;
}

void lwip_port_udp_error(struct udp_pcb *pcb, const struct icmp_error *e)
{
    sim_icmp_error = *e;
    sim_icmp_pcb = pcb;
}

void lwip_port_ip_error(uint8_t protocol, const ip_addr_t *local, const struct icmp_error *e)
{
    (void)protocol;
    (void)local;
    (void)e;
}

/* --- the link */

static void insert(struct packet *p)
{
    struct packet **at = &under_way;
    while (*at && (*at)->due <= p->due)
        at = &(*at)->next;
    p->next = *at;
    *at = p;
}

static struct packet *packet_new(const void *data, size_t size)
{
    struct packet *p = malloc(sizeof(*p) + size);
    if (!p)
        abort();
    *p = (struct packet){.size = size};
    if (size > 0)
        memcpy(p->data, data, size);
    return p;
}

static uint64_t transit_us(void)
{
    uint64_t us = sim_link.delay_us + (sim_link.jitter_us ? sim_below(sim_link.jitter_us) : 0);
    return sim_below(1000) < sim_link.reorder ? us * (2 + sim_below(3)) : us;
}

static void send_copy(struct netif *to, const void *data, size_t size)
{
    struct packet *p = packet_new(data, size);
    p->to = to;
    p->due = now_us + transit_us();
    insert(p);
}

static void keep(const void *data, size_t size)
{
    struct packet **at = &caught;
    while (*at)
        at = &(*at)->next;
    *at = packet_new(data, size);
}

static void put_on_link(void *to, const void *data, size_t size)
{
    sim_packets++;
    if (!to) {
        keep(data, size);
        return;
    }
    if (sim_below(1000) < sim_link.loss)
        return;
    send_copy(to, data, size);
    if (sim_below(1000) < sim_link.duplicate)
        send_copy(to, data, size);
}

/* A driver keeps what it sends until the device is done. */
static void hold(struct pbuf *p)
{
    struct packet *h = packet_new(NULL, 0);
    pbuf_ref(p);
    h->held = p;
    h->due = now_us + sim_below(3000);
    insert(h);
}

static err_t output(struct pbuf *p, struct netif *to)
{
    static unsigned char whole[65536];
    uint16_t size = pbuf_copy_partial(p, whole, sizeof(whole) - 1, 0);
    if (p->gso_size != 0)
        cut_segments(whole, size, p->gso_size, put_on_link, to);
    else if (size > sim_netif[0].mtu)
        lwip_port_failed("a packet above the MTU", __FILE__, __LINE__);
    else
        put_on_link(to, whole, size);
    if (sim_link.hold)
        hold(p);
    return ERR_OK;
}

/* The interface at the other end, if that has the address. */
static struct netif *owner4(const ip4_addr_t *a)
{
    for (int i = 0; i < 2; i++) {
        if (ip4_addr_cmp(a, netif_ip4_addr(&sim_netif[i])))
            return &sim_netif[i];
    }
    return NULL;
}

static struct netif *owner6(const ip6_addr_t *a)
{
    for (int i = 0; i < 2; i++) {
        if (netif_get_ip6_addr_match(&sim_netif[i], a) >= 0)
            return &sim_netif[i];
    }
    return NULL;
}

static err_t output4(struct netif *netif, struct pbuf *p, const ip4_addr_t *dest)
{
    (void)netif;
    return output(p, owner4(dest));
}

static err_t output6(struct netif *netif, struct pbuf *p, const ip6_addr_t *dest)
{
    (void)netif;
    return output(p, owner6(dest));
}

struct netif *sim_route4(const ip4_addr_t *dest)
{
    return owner4(dest) == &sim_netif[0] ? &sim_netif[1] : &sim_netif[0];
}

struct netif *sim_route6(const ip6_addr_t *dest)
{
    return owner6(dest) == &sim_netif[0] ? &sim_netif[1] : &sim_netif[0];
}

static err_t init_netif(struct netif *netif)
{
    netif->name[0] = 's';
    netif->name[1] = 'm';
    netif->output = output4;
    netif->output_ip6 = output6;
    netif->flags = NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void add_netif(int i)
{
    struct netif *netif = &sim_netif[i];
    ip4_addr_t address, mask, gateway;
    ip6_addr_t address6;
    IP4_ADDR(&address, 10, 0, 0, (unsigned char)(i + 1));
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 0, 0, 0, 0);
    netif_add(netif, &address, &mask, &gateway, NULL, init_netif, ip_input);
    IP6_ADDR(&address6, PP_HTONL(0xfd000000), 0, 0, PP_HTONL((uint32_t)i + 1));
    netif_ip6_addr_set(netif, 0, &address6);
    netif_ip6_addr_set_state(netif, 0, IP6_ADDR_PREFERRED);
    netif_set_up(netif);
}

/* --- what tests call */

static void drop(struct packet **list)
{
    while (*list) {
        struct packet *p = *list;
        *list = p->next;
        if (p->held)
            pbuf_free(p->held);
        free(p);
    }
}

void sim_start(uint64_t seed)
{
    state = seed * 0x2545f4914f6cdd1d;
    sim_link = (struct sim_link){.mtu = 1500};
    sim_out_of_memory = 0;
    sim_packets = 0;
    if (!started) {
        lwip_init();
        add_netif(0);
        add_netif(1);
        started = true;
        sim_run_ms(2000); /* what interfaces say at their start */
    }
    drop(&under_way);
    drop(&caught);
    memory_at_start = sim_memory;
}

void sim_stop(void)
{
    sim_link.loss = 0;
    sim_out_of_memory = 0;
    for (int i = 0; i < 1000 && (tcp_active_pcbs || tcp_tw_pcbs || under_way); i++)
        sim_run_ms(1000);
    sim_run_ms(60000); /* reassembly gives up */
    if (tcp_active_pcbs || tcp_tw_pcbs)
        lwip_port_failed("a connection does not end", __FILE__, __LINE__);
    drop(&caught);
    if (sim_memory > memory_at_start)
        lwip_port_failed("memory is lost", __FILE__, __LINE__);
}

/* In one piece, in two, or the headers by themselves. */
void sim_deliver(struct netif *netif, const void *packet, size_t size)
{
    size_t first = sim_below(3) == 0 ? sim_below(size + 1) : size;
    struct pbuf *p, *rest;
    if (first < 60)
        first = size < 60 ? size : 60;
    p = pbuf_alloc(PBUF_RAW, (uint16_t)first, PBUF_RAM);
    rest = first < size ? pbuf_alloc(PBUF_RAW, (uint16_t)(size - first), PBUF_RAM) : NULL;
    if (!p || (!rest && first < size)) {
        if (p)
            pbuf_free(p);
        return;
    }
    if (rest)
        pbuf_cat(p, rest);
    pbuf_take(p, packet, (uint16_t)size);
    if (netif->input(p, netif) != ERR_OK)
        pbuf_free(p);
}

static void arrive(struct packet *p)
{
    under_way = p->next;
    if (p->held)
        pbuf_free(p->held);
    else
        sim_deliver(p->to, p->data, p->size);
    free(p);
}

bool sim_step(uint64_t until_us)
{
    uint32_t wait_us = tcp_recovery_timers(), sleep_ms = sys_timeouts_sleeptime();
    uint64_t next = (now_us / 1000 + sleep_ms) * 1000;
    if (sleep_ms == 0)
        next = now_us;
    if (wait_us != UINT32_MAX && (now_us + wait_us < next || sleep_ms == UINT32_MAX)) {
        sleep_ms = 0;
        next = now_us + wait_us;
    }
    for (int i = 0; i < 2; i++) {
        sim_netif[i].mtu = sim_netif[i].mtu6 = sim_link.mtu;
        sim_netif[i].gso_max = sim_link.gso_max;
    }
    if (under_way && under_way->due <= next && under_way->due <= until_us) {
        now_us = under_way->due > now_us ? under_way->due : now_us;
        arrive(under_way);
        return true;
    }
    if (sleep_ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE || next > until_us) {
        now_us = until_us > now_us ? until_us : now_us;
        return false;
    }
    now_us = next > now_us ? next : now_us;
    sys_check_timeouts();
    return true;
}

void sim_run_ms(uint64_t ms)
{
    uint64_t end = now_us + ms * 1000;
    while (sim_step(end))
        ;
}

uint64_t sim_now_us(void)
{
    return now_us;
}

size_t sim_caught(void *packet, size_t size)
{
    struct packet *p = caught;
    size_t n;
    if (!p)
        return 0;
    caught = p->next;
    n = p->size < size ? p->size : size;
    memcpy(packet, p->data, n);
    free(p);
    return n;
}
