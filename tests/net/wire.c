/* SPDX-License-Identifier: BSD-3-Clause */
#include "wire.h"

#include "cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/inet_chksum.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/ip4.h"

#define SELF PP_HTONL(0x0a000001)
#define PEER PP_HTONL(0x0a000009)

static void fill_ip(unsigned char *packet, size_t size, uint32_t src, uint32_t dest,
                    unsigned protocol)
{
    struct ip_hdr *ip = (struct ip_hdr *)(void *)packet;
    memset(ip, 0, sizeof(*ip));
    IPH_VHL_SET(ip, 4, 5);
    IPH_LEN_SET(ip, lwip_htons((uint16_t)size));
    IPH_TTL_SET(ip, 64);
    IPH_PROTO_SET(ip, protocol);
    ip->src.addr = src;
    ip->dest.addr = dest;
    IPH_CHKSUM_SET(ip, inet_chksum(ip, sizeof(*ip)));
}

static struct tcp_hdr *fill_tcp(unsigned char *at, uint16_t src, uint16_t dest, uint32_t seq)
{
    struct tcp_hdr *tcp = (struct tcp_hdr *)(void *)at;
    memset(tcp, 0, sizeof(*tcp));
    tcp->src = lwip_htons(src);
    tcp->dest = lwip_htons(dest);
    tcp->seqno = lwip_htonl(seq);
    return tcp;
}

/* Their size. */
static size_t put_options(const struct wire *w, unsigned flags, unsigned char *to)
{
    size_t size = 0;
    if (w->mss && flags & TCP_SYN) {
        memcpy(to, &(uint32_t){TCP_BUILD_MSS_OPTION(w->mss)}, 4);
        size = 4;
    }
    if (w->modern && flags & TCP_SYN) {
        memcpy(to + size, "\1\1\4\2\1\3\3\7", 8);
        size += 8;
    }
    if (w->option && flags & TCP_SYN) {
        memcpy(to + size, w->option, w->option_size);
        size += w->option_size;
    }
    if (w->stamp) {
        memcpy(to + size, "\1\1\10\12\0\0\0\0\0\0\0\0", 12);
        memcpy(to + size + 4, &(uint32_t){lwip_htonl(w->stamp)}, 4);
        size += 12;
    }
    if (w->nr_sacks && !(flags & TCP_SYN)) {
        memcpy(to + size, "\1\1\5", 3);
        to[size + 3] = (unsigned char)(2 + 8 * w->nr_sacks);
        size += 4;
        for (unsigned i = 0; i < w->nr_sacks; i++, size += 8)
            memcpy(to + size, (uint32_t[]){lwip_htonl(w->sacks[i][0]), lwip_htonl(w->sacks[i][1])},
                   8);
    }
    return size;
}

void wire_send(struct wire *w, unsigned flags, const void *data, size_t size)
{
    unsigned char packet[65536];
    unsigned char *options = packet + IP_HLEN + TCP_HLEN;
    size_t option_size = put_options(w, flags, options);
    size_t all = IP_HLEN + TCP_HLEN + option_size + size;
    struct tcp_hdr *tcp = fill_tcp(packet + IP_HLEN, w->peer_port, w->port, w->seq);
    TCPH_HDRLEN_FLAGS_SET(tcp, 5 + option_size / 4, flags);
    tcp->ackno = flags & TCP_ACK ? lwip_htonl(w->ack) : 0;
    tcp->wnd = lwip_htons(w->window);
    if (size > 0)
        memcpy(options + option_size, data, size);
    fill_ip(packet, all, PEER, SELF, IP_PROTO_TCP);
    cut_set_checksums(packet, all);
    w->seq += (uint32_t)size + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
    wire_link.deliver(packet, all);
}

bool wire_receive(struct wire *w, struct segment *s)
{
    unsigned char packet[65536];
    size_t all = wire_link.caught(packet, sizeof(packet));
    const struct tcp_hdr *tcp = (const void *)(packet + IP_HLEN);
    uint32_t end;
    if (all == 0)
        return false;
    assert_int_equal(((const struct ip_hdr *)(const void *)packet)->_proto, IP_PROTO_TCP);
    *s = (struct segment){.flags = TCPH_FLAGS(tcp),
                          .seq = lwip_ntohl(tcp->seqno),
                          .ack = lwip_ntohl(tcp->ackno),
                          .window = lwip_ntohs(tcp->wnd),
                          .port = lwip_ntohs(tcp->src),
                          .peer_port = lwip_ntohs(tcp->dest),
                          .size = all - IP_HLEN - TCPH_HDRLEN_BYTES(tcp)};
    s->option_size = TCPH_HDRLEN_BYTES(tcp) - TCP_HLEN;
    memcpy(s->options, tcp + 1, s->option_size);
    if ((s->flags & TCP_SYN) && TCPH_HDRLEN(tcp) > 5)
        s->mss = (uint16_t)(packet[IP_HLEN + TCP_HLEN + 2] << 8 | packet[IP_HLEN + TCP_HLEN + 3]);
    end = s->seq + (uint32_t)s->size + (s->flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
    if ((s->flags & TCP_SYN) || (int32_t)(end - w->ack) > 0)
        w->ack = end;
    return true;
}

void wire_connect(struct wire *w)
{
    struct segment s;
    wire_send(w, TCP_SYN, NULL, 0);
    assert_true(wire_receive(w, &s));
    assert_int_equal(s.flags, TCP_SYN | TCP_ACK);
    assert_int_equal(s.ack, w->seq);
    wire_send(w, TCP_ACK, NULL, 0);
}

void wire_icmp_error(const struct wire *w, unsigned type, unsigned code, uint16_t mtu, uint32_t seq)
{
    unsigned char packet[IP_HLEN + 8 + IP_HLEN + TCP_HLEN] = {0};
    struct icmp_echo_hdr *icmp = (struct icmp_echo_hdr *)(void *)(packet + IP_HLEN);
    icmp->type = (uint8_t)type;
    icmp->code = (uint8_t)code;
    icmp->seqno = lwip_htons(mtu); /* its place in `fragmentation needed` */
    fill_ip(packet + IP_HLEN + 8, 1500, SELF, PEER, IP_PROTO_TCP);
    fill_tcp(packet + IP_HLEN + 8 + IP_HLEN, w->port, w->peer_port, seq);
    icmp->chksum = inet_chksum(icmp, (uint16_t)(sizeof(packet) - IP_HLEN));
    fill_ip(packet, sizeof(packet), PEER, SELF, IP_PROTO_ICMP);
    wire_link.deliver(packet, sizeof(packet));
}
