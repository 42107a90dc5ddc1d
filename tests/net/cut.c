/* SPDX-License-Identifier: BSD-3-Clause */
#include "cut.h"

#include <assert.h>
#include <string.h>

#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

static uint32_t sum(const unsigned char *p, size_t size, uint32_t total)
{
    for (size_t i = 0; i < size; i++)
        total += i % 2 ? p[i] : (uint32_t)p[i] << 8;
    return total;
}

static uint16_t fold(uint32_t total)
{
    while (total >> 16)
        total = (total >> 16) + (total & 0xffff);
    return (uint16_t)~total;
}

static size_t ip_header_size(const unsigned char *packet)
{
    return packet[0] >> 4 == 4 ? (packet[0] & 15) * 4u : 40;
}

void cut_set_checksums(unsigned char *packet, size_t size)
{
    size_t ip_size = ip_header_size(packet), tcp_size = size - ip_size;
    struct tcp_hdr *tcp = (struct tcp_hdr *)(void *)(packet + ip_size);
    uint32_t pseudo;
    if (packet[0] >> 4 == 4) {
        struct ip_hdr *ip = (struct ip_hdr *)(void *)packet;
        ip->_len = lwip_htons((uint16_t)size);
        ip->_chksum = 0;
        ip->_chksum = lwip_htons(fold(sum(packet, ip_size, 0)));
        pseudo = sum(packet + 12, 8, 0);
    } else {
        ((struct ip6_hdr *)(void *)packet)->_plen = lwip_htons((uint16_t)tcp_size);
        pseudo = sum(packet + 8, 32, 0);
    }
    tcp->chksum = 0;
    tcp->chksum =
        lwip_htons(fold(sum(packet + ip_size, tcp_size, pseudo + 6 + (uint32_t)tcp_size)));
}

void cut_segments(const unsigned char *packet, size_t size, uint16_t piece,
                  void (*send)(void *to, const void *data, size_t size), void *to)
{
    const struct tcp_hdr *first = (const void *)(packet + ip_header_size(packet));
    size_t headers = ip_header_size(packet) + TCPH_HDRLEN_BYTES(first);
    uint32_t seq = lwip_ntohl(first->seqno);
    unsigned char one[65536];
    assert(size > headers);
    memcpy(one, packet, headers);
    for (size_t done = headers; done < size; done += piece) {
        struct tcp_hdr *tcp = (struct tcp_hdr *)(void *)(one + ip_header_size(packet));
        size_t n = size - done < piece ? size - done : piece;
        memcpy(one + headers, packet + done, n);
        tcp->seqno = lwip_htonl(seq + (uint32_t)(done - headers));
        tcp->_hdrlen_rsvd_flags = first->_hdrlen_rsvd_flags;
        if (done + n < size)
            TCPH_UNSET_FLAG(tcp, TCP_FIN | TCP_PSH);
        cut_set_checksums(one, headers + n);
        send(to, one, headers + n);
    }
}
