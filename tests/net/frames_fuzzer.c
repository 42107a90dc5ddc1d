/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Feeds lwIP what an attacker on the wire could: Ethernet frames, and TCP segments that belong to a
 * connection, near enough to what it expects to get far. Checksums are not looked at. Memory stays
 * within bounds and comes back.
 *
 * An input is a row of actions: a byte that chooses, a byte for the length, and as many bytes.
 */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"
#include "netif/ethernet.h"

/* What waits for fragments or neighbours is given up by then. */
enum { NEIGHBOURS_GONE_MS = 62000, MOST_MEMORY = 64 << 20 };

static struct netif ethernet;
static struct tcp_pcb *connection;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static err_t discard(struct netif *netif, struct pbuf *p)
{
    (void)netif;
    (void)p;
    return ERR_OK;
}

static err_t init_ethernet(struct netif *netif)
{
    netif->name[0] = 'e';
    netif->name[1] = 't';
    netif->hwaddr_len = 6;
    memcpy(netif->hwaddr, "\2\0\0\0\0\1", 6);
    netif->mtu = 1500;
    netif->output = etharp_output;
    netif->output_ip6 = ethip6_output;
    netif->linkoutput = discard;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_LINK_UP | NETIF_FLAG_IGMP |
                   NETIF_FLAG_MLD6;
    return ERR_OK;
}

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg;
    (void)err;
    if (!p)
        return ERR_OK;
    if (sim_below(8) == 0)
        return ERR_MEM;
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static void on_error(void *arg, err_t err)
{
    (void)err;
    if (arg == &connection)
        connection = NULL;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK)
        return err;
    tcp_recv(pcb, on_receive);
    if (!connection) {
        connection = pcb;
        tcp_arg(pcb, &connection);
        tcp_err(pcb, on_error);
    }
    return ERR_OK;
}

static void on_datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
                        u16_t port)
{
    (void)arg;
    udp_sendto(pcb, p, from, port);
    pbuf_free(p);
}

static void start(void)
{
    ip4_addr_t address, mask, gateway;
    struct tcp_pcb *tcp = tcp_new_ip_type(IPADDR_TYPE_ANY);
    struct udp_pcb *udp = udp_new_ip_type(IPADDR_TYPE_ANY);
    IP4_ADDR(&address, 192, 168, 0, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 192, 168, 0, 254);
    netif_add(&ethernet, &address, &mask, &gateway, NULL, init_ethernet, ethernet_input);
    netif_create_ip6_linklocal_address(&ethernet, 1);
    netif_set_ip6_autoconfig_enabled(&ethernet, 1);
    NETIF_SET_CHECKSUM_CTRL(&ethernet, NETIF_CHECKSUM_DISABLE_ALL);
    netif_set_up(&ethernet);
    tcp_bind(tcp, IP_ANY_TYPE, 80);
    tcp = tcp_listen_with_backlog(tcp, 50);
    tcp_accept(tcp, on_accept);
    udp_bind(udp, IP_ANY_TYPE, 53);
    udp_recv(udp, on_datagram, NULL);
}

static void feed_frame(const uint8_t *data, size_t size)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)size, PBUF_POOL);
    if (!p)
        return;
    pbuf_take(p, data, (u16_t)size);
    if (ethernet.input(p, &ethernet) != ERR_OK)
        pbuf_free(p);
}

/* A SACK option of two bytes for each block, in steps of 20 bytes from what is unacknowledged; of a
 * SYN the one that permits it. Its size, a multiple of 4. */
static size_t put_sacks(uint8_t *to, bool syn, const uint8_t *data, size_t size)
{
    size_t nr = size / 2 < 4 ? size / 2 : 4;
    uint32_t base = connection ? connection->lastack : 0;
    memcpy(to, syn ? "\1\1\4\2" : "\1\1\5", 4);
    if (syn)
        return 4;
    to[3] = (uint8_t)(2 + 8 * nr);
    for (size_t i = 0; i < 2 * nr; i++)
        memcpy(to + 4 + 4 * i, &(uint32_t){lwip_htonl(base + 20U * data[i])}, 4);
    return 4 + 8 * nr;
}

/* Bytes: flags, offset of the sequence number, of the acknowledgement, window, options, payload;
 * with the highest bit of the options, blocks of SACK instead of both. */
static void feed_segment(const uint8_t *data, size_t size)
{
    uint8_t sacks[5 + 40];
    uint8_t frame[14 + IP_HLEN + TCP_HLEN + 256] = "\2\0\0\0\0\1\2\0\0\0\0\2\10";
    struct ip_hdr *ip = (struct ip_hdr *)(void *)(frame + 14);
    struct tcp_hdr *tcp = (struct tcp_hdr *)(void *)(frame + 14 + IP_HLEN);
    size_t options = size > 4 ? data[4] % 11 * 4u : 0;
    if (size >= 5 && data[4] & 0x80) {
        options = put_sacks(sacks + 5, data[0] & TCP_SYN, data + 5, size - 5);
        memcpy(sacks, data, 5);
        data = sacks;
        size = 5 + options;
    }
    if (size < 5 || options > size - 5)
        return;
    IPH_VHL_SET(ip, 4, 5);
    IPH_LEN_SET(ip, lwip_htons((u16_t)(IP_HLEN + TCP_HLEN + size - 5)));
    IPH_TTL_SET(ip, 64);
    IPH_PROTO_SET(ip, IP_PROTO_TCP);
    ip->src.addr = PP_HTONL(0xc0a80002);
    ip->dest.addr = PP_HTONL(0xc0a80001);
    tcp->src = lwip_htons(connection ? connection->remote_port : 1000);
    tcp->dest = lwip_htons(connection ? connection->local_port : 80);
    tcp->seqno = lwip_htonl((connection ? connection->rcv_nxt : 0) + (uint32_t)(int8_t)data[1] * 3);
    tcp->ackno = lwip_htonl((connection ? connection->snd_nxt : 0) + (uint32_t)(int8_t)data[2] * 3);
    tcp->wnd = lwip_htons((u16_t)(data[3] * data[3]));
    TCPH_HDRLEN_FLAGS_SET(tcp, TCP_HLEN / 4 + options / 4, data[0] & TCP_FLAGS);
    memcpy(tcp + 1, data + 5, size - 5);
    feed_frame(frame, 14 + IP_HLEN + TCP_HLEN + size - 5);
}

static void connect_out(void)
{
    struct tcp_pcb *pcb;
    ip_addr_t to;
    if (connection || !(pcb = tcp_new_ip_type(IPADDR_TYPE_V4)))
        return;
    IP_ADDR4(&to, 192, 168, 0, 2);
    tcp_recv(pcb, on_receive);
    if (tcp_connect(pcb, &to, 1000, NULL) != ERR_OK) {
        tcp_abort(pcb);
        return;
    }
    connection = pcb;
    tcp_arg(pcb, &connection);
    tcp_err(pcb, on_error);
}

static void close_connection(void)
{
    struct tcp_pcb *pcb = connection;
    if (!pcb)
        return;
    connection = NULL;
    tcp_arg(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_close(pcb);
}

static void act(uint8_t what, const uint8_t *data, size_t size)
{
    static const char text[3000];
    switch (what % 8) {
    case 0:
    case 1:
        feed_frame(data, size);
        break;
    case 2:
    case 3:
    case 4:
        feed_segment(data, size);
        break;
    case 5:
        sim_run_ms(size * 20);
        break;
    case 6:
        if (connection)
            tcp_write(connection, text, (u16_t)(size * 10), size % 2 ? TCP_WRITE_FLAG_COPY : 0);
        if (connection)
            tcp_output(connection);
        break;
    default:
        if (size % 2)
            connect_out();
        else
            close_connection();
    }
}

static void finish(void)
{
    connection = NULL;
    while (tcp_active_pcbs) {
        tcp_err(tcp_active_pcbs, NULL);
        tcp_abort(tcp_active_pcbs);
    }
    while (tcp_tw_pcbs)
        tcp_abort(tcp_tw_pcbs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static size_t at_start;
    static unsigned inputs;
    sim_start(size);
    if (!at_start) {
        start();
        sim_run_ms(NEIGHBOURS_GONE_MS);
        at_start = sim_memory;
    }
    while (size >= 2) {
        size_t n = data[1] < size - 2 ? data[1] : size - 2;
        act(data[0], data + 2, n);
        data += 2 + n;
        size -= 2 + n;
        if (sim_memory > at_start + MOST_MEMORY)
            abort();
    }
    finish();
    if (++inputs % 64 != 0)
        return 0;
    sim_run_ms(NEIGHBOURS_GONE_MS);
    if (sim_memory > at_start + 200000)
        abort();
    return 0;
}
