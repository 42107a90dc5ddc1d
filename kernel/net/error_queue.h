/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The queue of a socket of AF_INET or AF_INET6 that recvmsg(2) takes from with MSG_ERRQUEUE: errors
 * of datagrams (IP_RECVERR), calls whose bytes are not used any more (MSG_ZEROCOPY), and when
 * something was sent (SO_TIMESTAMPING).
 *
 * Locks: see inet.h.
 */
#ifndef NET_ERROR_QUEUE_H
#define NET_ERROR_QUEUE_H

#include <hermit/list.h>
#include <linux/time.h>

#include <linux/errqueue.h> /* behind time.h, which it needs */

#include "inet.h"

#define ERROR_OVERHEAD 256 /* of the receiver's buffer, for each */

/* An entry, and what of the packet is known. */
struct queued_error {
    struct list link;
    struct pbuf *data;   /* NULL: nothing */
    uint16_t skip;       /* bytes of that which are not told */
    struct inet_name to; /* where it was sent; valid if it was refused, or `device` is not 0 */
    ip_addr_t offender;  /* who says so; valid if the origin is ICMP, or who sent it, as `to` */
    uint8_t device;      /* by which it was sent; 0: not known */
    uint64_t stamp;      /* ns since 1970; 0: not taken */
    size_t charge;       /* bytes of SO_RCVBUF */
    struct sock_extended_err error;
};

/* Queues a copy, if SO_RCVBUF has room besides the `used` bytes; from->data is taken over. Nobody
 * is woken. Locked. */
void error_queue_add(struct inet_socket *i, const struct queued_error *from, size_t used);
/* Forgets errors, or all, notices too. Locked. */
void error_queue_drop(struct inet_socket *i, bool all);

/* MSG_ERRQUEUE, as ops->receive. */
ssize_t error_queue_receive(struct inet_socket *i, struct socket_message *m);

/*
 * MSG_ZEROCOPY: the bytes are copied all the same. A call that wants to be told when they are not
 * used any more begins with an entry (NULL: too many have not been told of), which has a number
 * once something of it is sent; else it is given back. Locked.
 */
struct queued_error *zerocopy_begin(struct inet_socket *i);
void zerocopy_cancel(struct inet_socket *i, struct queued_error *e);
void zerocopy_number(struct inet_socket *i, struct queued_error *e);
/* Makes one entry of two, if the second one's numbers follow. */
bool zerocopy_join(struct inet_socket *i, struct queued_error *to, struct queued_error *e);
void zerocopy_end(struct inet_socket *i, struct queued_error *e);

#endif
