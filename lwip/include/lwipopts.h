/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwIP's options: the raw interface below our own sockets, one lock around it, memory from the
 * kernel's allocator. The same file for the kernel and for the hosted tests. What lwIP's own opt.h
 * explains is not explained again; docs/network.md has the reasons that matter to users.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include "port.h"

/* The caller holds the core lock; no threads, mailboxes or semaphores of lwIP's own. */
#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET          0
#define LWIP_NETCONN         0

#define MEM_ALIGNMENT            8
#define MEM_LIBC_MALLOC          1
#define MEMP_MEM_MALLOC          1
#define mem_clib_malloc          lwip_port_malloc
#define mem_clib_calloc          lwip_port_calloc
#define mem_clib_free            lwip_port_free
#define PBUF_POOL_BUFSIZE        1600 /* without it TCP_MSS, which overflows a u16_t */
#define LWIP_SUPPORT_CUSTOM_PBUF 1
#define LWIP_PBUF_REF_T          u16_t
/* gso_size: a TCP segment above the MTU, which the interface cuts: payload bytes of each piece;
 * else 0. next_packet: the interface's, while the packet is in a queue of its. */
#define LWIP_PBUF_CUSTOM_DATA                                                                      \
    u16_t gso_size;                                                                                \
    struct pbuf *next_packet;
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1
#define LWIP_CHECKSUM_CTRL_PER_NETIF   1
#define LWIP_HAVE_LOOPIF               0
#define LWIP_NETIF_TX_SINGLE_PBUF      0
/* What /proc/net/snmp tells, and nothing else. */
#define LWIP_STATS                      1
#define MIB2_STATS                      1
#define LINK_STATS                      0
#define ETHARP_STATS                    0
#define IP_STATS                        0
#define IPFRAG_STATS                    0
#define ICMP_STATS                      0
#define IGMP_STATS                      0
#define UDP_STATS                       0
#define TCP_STATS                       0
#define MEM_STATS                       0
#define MEMP_STATS                      0
#define SYS_STATS                       0
#define IP6_STATS                       0
#define ICMP6_STATS                     0
#define IP6_FRAG_STATS                  0
#define MLD6_STATS                      0
#define ND6_STATS                       0
#define LWIP_DISABLE_TCP_SANITY_CHECKS  1
#define LWIP_DISABLE_MEMP_SANITY_CHECKS 1

#define LWIP_IPV4                 1
#define LWIP_IPV6                 1
#define IP_DEFAULT_TTL            64
#define IP_REASS_MAX_PBUFS        1024
#define IP_SOF_BROADCAST          1
#define IPV6_FRAG_COPYHEADER      1 /* its header has no room for a pointer of 64 bits otherwise */
#define LWIP_IPV6_AUTOCONFIG      1
#define LWIP_RAW                  1
#define LWIP_IGMP                 1
#define LWIP_IPV6_MLD             1
#define LWIP_DHCP                 1
#define LWIP_IPV6_DHCP6           1
#define LWIP_DNS                  0 /* musl resolves */
#define ARP_TABLE_SIZE            127
#define ARP_QUEUEING              1
#define ARP_QUEUE_LEN             16
#define LWIP_ND6_QUEUEING         1
#define LWIP_ND6_NUM_NEIGHBORS    64
#define LWIP_ND6_NUM_DESTINATIONS 64
#define LWIP_MULTICAST_TX_OPTIONS 1
#define LWIP_BROADCAST_PING       0
#define LWIP_MULTICAST_PING       0

#ifndef TCP_RCV_SCALE
#define TCP_RCV_SCALE 7 /* Linux's for buffers up to 6 MiB */
#endif

#define LWIP_TCP                   1
#define LWIP_WND_SCALE             1
#define TCP_WND                    (4 * 1024 * 1024)
#define TCP_SND_BUF                (4 * 1024 * 1024)
#define TCP_SND_QUEUELEN           0xfff0
#define TCP_MSS                    65480 /* a bound; the interface's MTU decides */
#define TCP_OVERSIZE               0     /* it would allocate TCP_MSS bytes for each small write */
#define TCP_QUEUE_OOSEQ            1
#define LWIP_TCP_SACK_OUT          1
#define LWIP_TCP_TIMESTAMPS        1
#define LWIP_TCP_KEEPALIVE         1
#define TCP_LISTEN_BACKLOG         1
#define TCP_DEFAULT_LISTEN_BACKLOG 255
#define SO_REUSE                   1
#define TCP_MSL                    30000
#define TCP_TMR_INTERVAL           50
/* What arrives out of order: no more than the window, in no more than this many buffers. */
#define TCP_OOSEQ_PBUFS_LIMIT(pcb) 4096
/* Linux's, /proc/sys/net/ipv4/ip_local_port_range */
#define TCP_LOCAL_PORT_RANGE_START 32768
#define TCP_LOCAL_PORT_RANGE_END   60999
#define UDP_LOCAL_PORT_RANGE_START TCP_LOCAL_PORT_RANGE_START
#define UDP_LOCAL_PORT_RANGE_END   TCP_LOCAL_PORT_RANGE_END

#define LWIP_HOOK_FILENAME "hooks.h"
#define LWIP_HOOK_TCP_ISN  lwip_isn

#endif
