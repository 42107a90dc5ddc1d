/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AF_NETLINK sockets of NETLINK_ROUTE (netlink(7), rtnetlink(7)). netlink.c has the sockets, which
 * take requests and queue what answers them; rtnetlink.c knows what the requests mean.
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <hermit/socket.h>
#include <linux/netlink.h>

struct text;

int netlink_create(int type, int protocol, struct socket **s);

/* What answers one request: messages, which are queued as datagrams. */
struct netlink_reply {
    struct netlink_socket *to;
    char *buffer; /* NETLINK_DATAGRAM_MAX bytes */
    size_t length;
    struct nlmsghdr *message; /* the one that is being made; NULL: none */
    uint32_t seq;             /* of the request */
    uint16_t flags;           /* of each message: NLM_F_MULTI in a dump */
};

#define NETLINK_DATAGRAM_MAX 4096 /* the C library reads with 8192 bytes */
#define NETLINK_MESSAGE_MAX  1024 /* bytes of one message, its header included */

/* Begins a message of a type with a header of `size` bytes, zeroed, which is returned. */
void *netlink_begin(struct netlink_reply *r, unsigned type, size_t size);
/* Adds an attribute to it. */
void netlink_attribute(struct netlink_reply *r, unsigned type, const void *data, size_t n);
void netlink_attribute_u32(struct netlink_reply *r, unsigned type, uint32_t value);

/* rtnetlink.c. Answers a request of one of its types, which is whole. 0: acknowledge it if that is
 * asked for; NETLINK_DUMPED; −errno. */
#define NETLINK_DUMPED 1
int rtnetlink_request(struct netlink_reply *r, const struct nlmsghdr *request);

/* The lines of /proc/net/netlink. */
void netlink_show(struct text *t);

#endif
