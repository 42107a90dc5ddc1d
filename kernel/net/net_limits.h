/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Limits of sockets that /proc/sys/net tells. Those that can be written are relaxed: each is only a
 * bound.
 */
#ifndef NET_NET_LIMITS_H
#define NET_NET_LIMITS_H

#include <hermit/atomic.h>

struct net_limits {
    _Atomic unsigned somaxconn; /* connections that wait to be accepted */
    /* Bytes of SO_RCVBUF and SO_SNDBUF: at first, and that may be asked for. */
    _Atomic unsigned rmem_default, rmem_max;
    _Atomic unsigned wmem_default, wmem_max;
};

extern struct net_limits net_limits; /* socket.c */

/* The least that a buffer can be made, bytes. */
#define SOCKET_SNDBUF_MIN 4608
#define SOCKET_RCVBUF_MIN 2304

#define IGMP_MEMBERSHIPS_MAX 20 /* groups of IPv4 that a socket is a member of */
#define IGMP_SOURCES_MAX     10 /* that it names of each */
#define MLD_SOURCES_MAX      64
#define LOCAL_DATAGRAMS_MAX  10 /* that wait at a local socket */

#define TCP_CONGESTION_NAME "reno" /* there is one way of congestion control */

#endif
