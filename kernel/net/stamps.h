/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time stamps of sockets of AF_INET and AF_INET6: SO_TIMESTAMP and its kin, and SO_TIMESTAMPING of
 * the clock of the day; there are none of devices. Who receives is told with the bytes, who sends
 * by the queue of errors: when a packet has left for the interface and its device, and when its
 * bytes were acknowledged.
 *
 * Locks: see inet.h.
 */
#ifndef NET_STAMPS_H
#define NET_STAMPS_H

#include <linux/net_tstamp.h>

#include "error_queue.h"

/* Options of SOL_SOCKET; −ENOPROTOOPT: another one. Not locked. */
int stamps_set_option(struct inet_socket *i, int name, const void *value, size_t size);
ssize_t stamps_get_option(const struct inet_socket *i, int name, void *value, size_t size);

/* Tells a receiving call of `ns`, 0: it was not taken. Not locked. 0 or −EFAULT. */
int stamps_tell(const struct inet_socket *i, uint64_t ns, struct socket_message *m);

/* What is to be stamped of a call that sends, SOF_TIMESTAMPING_TX_*: as the socket says, or its
 * control messages. 0 or −EINVAL. */
int stamps_of_call(const struct inet_socket *i, const struct socket_message *m, unsigned *wants);

/* A packet that leaves for an interface. */
struct leaving {
    struct pbuf *frame; /* copied, as Linux shows it; NULL: out of memory, or not wanted */
    uint8_t device, protocol;
    bool v6;
    uint16_t transport;        /* where the protocol's header begins */
    struct inet_name from, to; /* ports of TCP alone, */
    uint16_t payload;          /* and of it, where in the frame its bytes begin, … */
    uint32_t end;              /* … and the number of the one behind the last */
};

/* Queues one stamp, SCM_TSTAMP_*, of now. */
void stamps_queue(struct inet_socket *i, unsigned type, uint32_t number, const struct leaving *l,
                  size_t used);

/* The next packet that leaves is a datagram of the socket's, until stamps_end(); one that did not
 * leave, for it waits for the neighbour's address, is stamped then. Locked. */
void stamps_begin(struct inet_socket *i, unsigned wants, size_t used);
void stamps_end(bool sent);

/* How many calls wait until something leaves. */
extern unsigned stamps_awaited;
void stamps_note(struct pbuf *p, unsigned link, const struct netif *netif);

/* An interface sends a packet, whose header of IP is `link` bytes behind the first one. Locked. */
static inline void stamps_leave(struct pbuf *p, unsigned link, const struct netif *netif)
{
    if (unlikely(stamps_awaited != 0))
        stamps_note(p, link, netif);
}

#endif
