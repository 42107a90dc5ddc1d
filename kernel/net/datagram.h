/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sockets of AF_INET and AF_INET6 that carry datagrams: what those of UDP and raw ones share.
 * datagram.c has what was received and errors, datagram_way.c how something is sent, multicast.c
 * memberships of groups.
 *
 * Locks: see inet.h.
 */
#ifndef NET_DATAGRAM_H
#define NET_DATAGRAM_H

#include <hermit/list.h>

#include "inet.h"

#define DATAGRAM_MAX_V4 65507 /* bytes: what a packet holds besides the headers, UDP's too */
#define DATAGRAM_MAX_V6 65487

struct icmp_error;

/* IP_MULTICAST_* and IPV6_MULTICAST_*, [1]: of IPv6. */
struct multicast {
    uint8_t hops[2], device[2]; /* device 0: the route says */
    bool loop[2], all[2];
    ip4_addr_t address; /* to send from; any: the interface's */
    struct list memberships;
    unsigned nr_memberships; /* of IPv4 */
};

struct datagram_socket {
    struct inet_socket i;   /* of its pcb, local_ip is "any" unless bind or connect has set it */
    struct list queue;      /* struct datagram.link */
    size_t charged;         /* bytes of SO_RCVBUF that they use */
    unsigned drops;         /* datagrams that found no room */
    _Atomic bool connected; /* written locked */
    bool special;           /* sends otherwise than by its route and its options ttl and tos, or
                             * is to tell of it */
    unsigned stamps;        /* SOF_TIMESTAMPING_TX_*, of the datagram that is being sent */
    uint16_t path_mtu;      /* to the peer, if a router has told; else 0 */
    struct multicast multicast;
};

struct datagram {
    struct list link;
    struct pbuf *data;
    struct inet_name from;
    /* Noted if the socket wanted to know when it came; device 0: it did not. */
    uint8_t device, ttl, tos;
    ip_addr_t to;
    ip4_addr_t local; /* own address that belongs to it, of IPv4 */
    uint64_t stamp;   /* ns since 1970; 0: not taken */
};

static inline struct datagram_socket *datagram_of(struct socket *s)
{
    return container_of(inet_of(s), struct datagram_socket, i);
}

static inline bool datagram_is_connected(const struct datagram_socket *d)
{
    return load_relaxed(&d->connected);
}

/* Sets what all have. */
void datagram_init(struct datagram_socket *d, const struct socket_ops *ops, int family, int type,
                   int protocol, void (*free)(struct channel *));
/* Gives back all that it holds. Locked. */
void datagram_end(struct datagram_socket *d);

/* Takes over p, which is lost if there is no room. Called by lwIP. */
void datagram_arrived(struct datagram_socket *d, struct pbuf *p, const ip_addr_t *from,
                      uint16_t port);
/* An ICMP message about something that the socket sent. Called by lwIP. */
void datagram_failed(struct datagram_socket *d, const struct icmp_error *e);
/* … and what was refused here: a datagram too big for the interface. Locked. */
void datagram_too_big(struct datagram_socket *d, const struct inet_name *to, uint32_t mtu);

/* As those of socket_ops. */
ssize_t datagram_receive(struct socket *s, struct socket_message *call, bool nonblock);
int datagram_shutdown(struct socket *s, enum shutdown_how how);
unsigned datagram_poll(struct socket *s, struct poll_table *pt);
long datagram_ioctl(struct socket *s, unsigned cmd, unsigned long arg);
int datagram_listen(struct socket *s, unsigned backlog);
int datagram_accept(struct socket *s, bool nonblock, struct socket **child);
int datagram_set_option(struct socket *s, int name, const void *value, size_t size);
ssize_t datagram_get_option(struct socket *s, int name, void *value, size_t size);
int datagram_set_level(struct socket *s, int level, int name, const void *value, size_t size);
ssize_t datagram_get_level(struct socket *s, int level, int name, void *value, size_t size);
void datagram_options_changed(struct socket *s);

/* datagram_way.c */

/* How one datagram goes. */
struct datagram_way {
    struct netif *netif;
    ip_addr_t from;
    uint8_t ttl, tos;
    bool loop;    /* to members of the group on this machine */
    bool whole;   /* it must not be cut */
    unsigned mtu; /* if so: the most that a packet may have, headers included; else 0 */
};

/* Works out the way to an address, by the socket's options and the call's control messages (NULL:
 * none). Locked. 0, −EINVAL, −ENODEV, −ENETUNREACH. */
int datagram_find_way(const struct datagram_socket *d, const ip_addr_t *to,
                      const struct socket_message *m, struct datagram_way *way);

/* … to a peer to connect to: −EACCES, too, of a broadcast that SO_BROADCAST does not allow. */
int datagram_find_peer(const struct datagram_socket *d, const ip_addr_t *to,
                       struct datagram_way *way);

/* The control messages that the socket wants with a datagram. Not locked. 0 or −EFAULT. */
int datagram_tell(const struct datagram_socket *d, const struct datagram *g,
                  struct socket_message *m);

/* An address to send to: an unnamed family is IPv4, and a socket for both takes either. */
int datagram_read_destination(const struct inet_socket *i, const struct socket_address *a,
                              struct inet_name *name);

/* multicast.c. Options of groups; −ENOPROTOOPT: another one. Locked. */
void multicast_init(struct multicast *m);
int multicast_set_option(struct datagram_socket *d, int level, int name, const void *value,
                         size_t size);
ssize_t multicast_get_option(const struct datagram_socket *d, int level, int name, void *value,
                             size_t size);
/* Does the socket want what `netif` has received from a source for a group? Locked. */
bool multicast_is_member(const struct datagram_socket *d, const ip_addr_t *group,
                         const ip_addr_t *source, const struct netif *netif);
void multicast_leave_all(struct datagram_socket *d); /* locked */

#endif
