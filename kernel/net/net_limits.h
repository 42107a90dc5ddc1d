/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Limits of sockets that /proc/sys/net tells, and lets be written. Relaxed: each is only a bound.
 */
#ifndef NET_NET_LIMITS_H
#define NET_NET_LIMITS_H

#include <hermit/atomic.h>

struct net_limits {
    _Atomic unsigned somaxconn; /* connections that wait to be accepted */
    _Atomic unsigned rmem_default,
        rmem_max; /* bytes of SO_RCVBUF: at first, that may be asked for */
    _Atomic unsigned wmem_default, wmem_max; /* … of SO_SNDBUF */
};

extern struct net_limits net_limits; /* socket.c */

/* The least that a buffer can be made, bytes. */
#define SOCKET_SNDBUF_MIN 4608
#define SOCKET_RCVBUF_MIN 2304

#endif
