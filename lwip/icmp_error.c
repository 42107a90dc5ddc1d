/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads ICMP errors and finds the control block that the packet inside came from. */
#include "icmp_error.h"

#include <linux/errno.h>

#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/icmp6.h"
#include "lwip/udp.h"

#define ICMP_HEADER    8
#define LEAST_IPV4_MTU 552 /* as Linux: who asks for less wants to slow us down */
#define LEAST_IPV6_MTU 1280

/* The packet that the message is about, as far as it is told. */
struct quoted {
    ip_addr_t local, remote;
    uint16_t local_port, remote_port;
    uint32_t seq; /* TCP's */
    uint8_t protocol;
    uint16_t transport; /* where its header begins in the message */
};

struct meaning {
    int error;
    bool fatal;
};

static const struct meaning unreachable4[] = {
    {ENETUNREACH, false},  {EHOSTUNREACH, false}, {ENOPROTOOPT, true},  {ECONNREFUSED, true},
    {EMSGSIZE, false},     {EOPNOTSUPP, false},   {ENETUNREACH, true},  {EHOSTDOWN, true},
    {ENONET, true},        {ENETUNREACH, true},   {EHOSTUNREACH, true}, {ENETUNREACH, false},
    {EHOSTUNREACH, false}, {EHOSTUNREACH, true},  {EHOSTUNREACH, true}, {EHOSTUNREACH, true},
};
static const struct meaning unreachable6[] = {
    {ENETUNREACH, false}, {EACCES, true}, {EHOSTUNREACH, false}, {EHOSTUNREACH, false},
    {ECONNREFUSED, true}, {EACCES, true}, {EACCES, true},
};

static struct meaning meaning4(uint8_t type, uint8_t code)
{
    switch (type) {
    case ICMP_DUR:
        return code < LWIP_ARRAYSIZE(unreachable4) ? unreachable4[code] : unreachable4[1];
    case ICMP_TE:
        return (struct meaning){EHOSTUNREACH, false};
    default:
        return (struct meaning){EPROTO, true};
    }
}

static struct meaning meaning6(uint8_t type, uint8_t code)
{
    switch (type) {
    case ICMP6_TYPE_DUR:
        return code < LWIP_ARRAYSIZE(unreachable6) ? unreachable6[code] : unreachable6[3];
    case ICMP6_TYPE_PTB:
        return (struct meaning){EMSGSIZE, false};
    case ICMP6_TYPE_TE:
        return (struct meaning){EHOSTUNREACH, false};
    default:
        return (struct meaning){EPROTO, true};
    }
}

/* Reads the ports, and the sequence number where there is one. */
static bool quote_transport(struct quoted *q, const struct pbuf *p, uint16_t at)
{
    uint16_t ports[2];
    uint32_t seq;
    if (pbuf_copy_partial(p, ports, sizeof(ports), at) != sizeof(ports) ||
        pbuf_copy_partial(p, &seq, sizeof(seq), (uint16_t)(at + 4)) != sizeof(seq))
        return false;
    q->transport = at;
    q->local_port = lwip_ntohs(ports[0]);
    q->remote_port = lwip_ntohs(ports[1]);
    q->seq = lwip_ntohl(seq);
    return true;
}

static bool quote4(struct quoted *q, const struct pbuf *p)
{
    struct ip_hdr ip;
    if (pbuf_copy_partial(p, &ip, sizeof(ip), ICMP_HEADER) != sizeof(ip) || IPH_V(&ip) != 4 ||
        IPH_HL_BYTES(&ip) < IP_HLEN || (IPH_OFFSET(&ip) & PP_HTONS(IP_OFFMASK)) != 0)
        return false;
    ip_addr_copy_from_ip4(q->local, ip.src);
    ip_addr_copy_from_ip4(q->remote, ip.dest);
    q->protocol = IPH_PROTO(&ip);
    return quote_transport(q, p, (uint16_t)(ICMP_HEADER + IPH_HL_BYTES(&ip)));
}

static bool quote6(struct quoted *q, const struct pbuf *p, struct netif *inp)
{
    struct ip6_hdr ip;
    if (pbuf_copy_partial(p, &ip, sizeof(ip), ICMP_HEADER) != sizeof(ip) || IP6H_V(&ip) != 6)
        return false;
    ip_addr_copy_from_ip6_packed(q->local, ip.src);
    ip_addr_copy_from_ip6_packed(q->remote, ip.dest);
    ip6_addr_assign_zone(ip_2_ip6(&q->local), IP6_UNICAST, inp);
    ip6_addr_assign_zone(ip_2_ip6(&q->remote), IP6_UNICAST, inp);
    q->protocol = IP6H_NEXTH(&ip);
    return quote_transport(q, p, ICMP_HEADER + IP6_HLEN);
}

/* A SYN with data was too big: once more without them. Nothing was lost. */
static void shrink_syn(struct tcp_pcb *pcb, uint16_t mss)
{
    uint8_t nrtx = pcb->nrtx;
    if (pcb->unacked == NULL || pcb->unacked->next == NULL || mss >= pcb->mss_max)
        return;
    pcb->mss_max = mss;
    tcp_rexmit_rto(pcb);
    pcb->nrtx = nrtx;
}

/* Smaller segments from now on, and those that were too big once more. */
static void shrink_segments(struct tcp_pcb *pcb, uint32_t mtu)
{
    uint32_t headers =
        TCP_HLEN + TCP_OPTS_SPACE(pcb) + (IP_IS_V6_VAL(pcb->remote_ip) ? IP6_HLEN : IP_HLEN);
    uint32_t least = IP_IS_V6_VAL(pcb->remote_ip) ? LEAST_IPV6_MTU : LEAST_IPV4_MTU;
    if (mtu >= least && mtu <= UINT16_MAX && pcb->state == SYN_SENT)
        shrink_syn(pcb, (uint16_t)(mtu - headers));
    if (mtu < least || mtu - headers >= pcb->mss || pcb->state == SYN_SENT)
        return;
    pcb->mss = (uint16_t)(mtu - headers);
    tcp_rexmit_rto(pcb);
}

static void tell_tcp(const struct quoted *q, const struct icmp_error *e)
{
    struct tcp_pcb *pcb =
        tcp_find(&q->local, q->local_port, &q->remote, q->remote_port, NETIF_NO_INDEX);
    if (!pcb || pcb->state == TIME_WAIT || !TCP_SEQ_BETWEEN(q->seq, pcb->lastack, pcb->snd_nxt))
        return;
    if (e->error == EMSGSIZE)
        shrink_segments(pcb, e->info);
    else
        lwip_port_tcp_error(pcb, e);
}

static void tell_udp(const struct quoted *q, struct icmp_error *e)
{
    struct udp_pcb *pcb = udp_find_sender(&q->local, q->local_port, &q->remote, q->remote_port);
    e->payload = (uint16_t)(q->transport + UDP_HLEN);
    e->remote_port = q->remote_port;
    if (pcb)
        lwip_port_udp_error(pcb, e);
}

void lwip_icmp_error(struct pbuf *p, struct netif *inp)
{
    uint8_t head[ICMP_HEADER];
    struct icmp_error e = {0};
    struct quoted q;
    struct meaning m;
    bool v6 = ip_current_is_v6();
    if (pbuf_copy_partial(p, head, sizeof(head), 0) != sizeof(head) ||
        !(v6 ? quote6(&q, p, inp) : quote4(&q, p)))
        return;
    if (!v6 && (inp->chksum_flags & NETIF_CHECKSUM_CHECK_ICMP) && inet_chksum_pbuf(p) != 0)
        return; /* lwIP has checked ICMPv6's already */
    e.type = head[0];
    e.code = head[1];
    m = v6 ? meaning6(e.type, e.code) : meaning4(e.type, e.code);
    e.message = p;
    e.remote = &q.remote;
    e.error = m.error;
    e.fatal = m.fatal;
    e.info = (uint32_t)head[6] << 8 | head[7];
    if (v6)
        e.info |= (uint32_t)head[4] << 24 | (uint32_t)head[5] << 16;
    e.payload = q.transport;
    lwip_port_ip_error(q.protocol, &q.local, &e);
    if (q.protocol == IP_PROTO_TCP)
        tell_tcp(&q, &e);
    else if (q.protocol == IP_PROTO_UDP)
        tell_udp(&q, &e);
}
