/* SPDX-License-Identifier: BSD-3-Clause */
/* Included before all of lwIP in the kernel: what it asks the folder net at run time. */
#ifndef NET_LWIP_HOOKS_H
#define NET_LWIP_HOOKS_H

#include <hermit/types.h>

struct ip4_addr;
struct ip6_addr;
struct netif;
struct fastopen_cookie;
struct pbuf;
struct tcp_pcb;
struct tcp_pcb_listen;
struct udp_pcb;

/* Our own addresses lie behind the loop interface, whichever interface has them. NULL: not ours. */
struct netif *loop_route4(const struct ip4_addr *dest);
struct netif *loop_route6(const struct ip6_addr *dest);
#define LWIP_HOOK_IP4_ROUTE_SRC(src, dest) ((void)(src), loop_route4(dest))
#define LWIP_HOOK_IP6_ROUTE(src, dest)     ((void)(src), loop_route6(dest))

/* loop.c: what is sent to a group by `netif` is for members on this machine, too. */
void loop_multicast(struct pbuf *p, struct netif *netif);
#define LWIP_HOOK_MULTICAST_LOOP(p, netif) loop_multicast(p, netif)

/* udp.c: does the socket of a control block want what is being received for a group? */
bool udp_is_member(const struct udp_pcb *pcb, const struct netif *netif);
#define LWIP_HOOK_UDP_IS_MEMBER(pcb, netif) udp_is_member(pcb, netif)

/* tcp_io.c: a buffer that refers to bytes given to tcp_write() without a copy, or to a part of
 * those of another such buffer (NULL: none). NULL: out of memory. */
struct pbuf *tcp_data_ref(const void *data, uint16_t size, const struct pbuf *of);
#define LWIP_HOOK_TCP_DATA_REF(data, size, of) tcp_data_ref(data, size, of)

/* tcp_fastopen.c: a SYN has come; its data and its owner may be taken care of (true). */
bool tcp_fastopen_syn(struct tcp_pcb_listen *listen, struct tcp_pcb *pcb,
                      const struct fastopen_cookie *asked, struct pbuf *data);
#define LWIP_HOOK_TCP_FASTOPEN_SYN(listen, pcb, asked, data)                                       \
    tcp_fastopen_syn(listen, pcb, asked, data)

/* tcp_fastopen_client.c: the peer has answered a SYN with TCP_FO_ASKED, and acknowledges up to
 * `ackno`; a time-out of any connection's, the last one before it ends or not. */
void tcp_fastopen_answered(struct tcp_pcb *pcb, const struct fastopen_cookie *told, uint32_t ackno);
void tcp_fastopen_timed_out(struct tcp_pcb *pcb, bool last);
#define LWIP_HOOK_TCP_FASTOPEN_ANSWER(pcb, told, ackno) tcp_fastopen_answered(pcb, told, ackno)
#define LWIP_HOOK_TCP_FASTOPEN_TIMED_OUT(pcb, last)     tcp_fastopen_timed_out(pcb, last)

/* card_config.c: the name server of a lease, as ip_addr_t. */
void card_take_name_server(unsigned number, const void *server);
#define LWIP_HOOK_DHCP_DNS_SERVER(number, server) card_take_name_server(number, server)

/* card_config.c: the name servers that routers announce; NULL: that one is not there any more. */
struct ip_addr;
void card_take_announced_server(unsigned number, const struct ip_addr *server);
const struct ip_addr *card_announced_server(unsigned number);
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 2
#define dns_setserver(number, server)  card_take_announced_server(number, server)
#define dns_getserver(number)          card_announced_server(number)

/* An address that a server leases is not asked for on the network first, which takes a second. */
#define DHCP_DOES_ARP_CHECK 0

#endif
