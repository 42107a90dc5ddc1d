/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AF_NETLINK sockets of NETLINK_ROUTE (netlink(7), rtnetlink(7)). netlink.c has the sockets, which
 * take requests and queue what answers them; netlink_options.c their options and groups;
 * rtnetlink*.c know what the requests mean, and what is told to the groups.
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <hermit/list.h>
#include <hermit/socket.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

struct text;

#define NETLINK_GROUPS 64 /* that a socket may join; those above RTNLGRP_MAX tell nothing */

/* Locks: see netlink.c. */
struct netlink_socket {
    struct socket s;
    struct list queue;
    size_t queued;           /* bytes of it, with a charge for each */
    bool congested;          /* an answer was lost: none is queued until the queue is empty */
    struct list all;         /* in the list of sockets; netlink_ports */
    _Atomic uint32_t port;   /* written under netlink_ports; 0: none yet */
    _Atomic uint64_t groups; /* bit n − 1: is told what group n is */
    _Atomic uint32_t flags;  /* 1 << NETLINK_*, of those of SOL_NETLINK that are on or off */
};

static inline struct netlink_socket *netlink_of(struct socket *s)
{
    return container_of(s, struct netlink_socket, s);
}

static inline bool netlink_flag(const struct netlink_socket *n, unsigned name)
{
    return load_relaxed(&n->flags) >> name & 1;
}

int netlink_create(int type, int protocol, struct socket **s);

/* What answers one request: messages, which are queued as datagrams. */
struct netlink_reply {
    struct netlink_socket *to; /* NULL: to groups, and all stays in the buffer */
    char *buffer;
    size_t size, length;      /* bytes of it: that there are, that are used */
    struct nlmsghdr *message; /* the one that is being made; NULL: none */
    uint32_t seq, port;       /* of the request, and of who sent it; 0: none */
    uint16_t flags;           /* of each message: NLM_F_MULTI in a dump */
};

#define NETLINK_DATAGRAM_MAX 4096 /* the C library reads with 8192 bytes */
#define NETLINK_MESSAGE_MAX  1024 /* bytes of one message, its header included */

/* Begins a message of a type with a header of `size` bytes, zeroed, which is returned. */
void *netlink_begin(struct netlink_reply *r, unsigned type, size_t size);
/* Adds an attribute to it. */
void netlink_attribute(struct netlink_reply *r, unsigned type, const void *data, size_t n);
void netlink_attribute_u32(struct netlink_reply *r, unsigned type, uint32_t value);

/* Tells the sockets that have joined a group of one message. May be called with net_core. */
void netlink_tell(const struct nlmsghdr *message, unsigned group);
bool netlink_has_listeners(void); /* of any group */

/* netlink_options.c. As those of struct socket_ops. */
int netlink_set_level(struct socket *s, int level, int name, const void *value, size_t size);
ssize_t netlink_get_level(struct socket *s, int level, int name, void *value, size_t size);
/* The groups of bind(2), instead of the first 32. */
void netlink_join(struct netlink_socket *n, uint32_t groups);
/* What is told with a datagram that was sent to a group, 0: none. 0 or −EFAULT. */
int netlink_tell_group(const struct netlink_socket *n, struct socket_message *m, unsigned group);

/* rtnetlink_news.c. An interface may not be any more as listeners know it. Called with net_core. */
struct interface;
void rtnetlink_changed(const struct interface *before, const struct interface *after);

/* rtnetlink.c. Answers a request of one of its types, which is whole. 0: acknowledge it if that is
 * asked for; NETLINK_DUMPED; −errno. */
#define NETLINK_DUMPED 1
int rtnetlink_request(struct netlink_reply *r, const struct nlmsghdr *request);

/* The lines of /proc/net/netlink. */
void netlink_show(struct text *t);

#endif
