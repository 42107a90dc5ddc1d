/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AF_INET and AF_INET6: what their sockets share. inet.c makes them and reads their addresses,
 * inet_options.c has the options of each level, udp.c and tcp*.c the protocols.
 *
 * Locks: net_core (net_core.h) protects a socket's state; its channel's lock is not used. Waits are
 * on the socket's queues with net_core.
 *
 * Lifetime: lwIP's control block has a pointer to the socket in its callbacks, without a reference.
 * Whoever closes the socket takes the callbacks off under net_core before the reference is given
 * back; an error callback means that the block is gone. A socket that waits to be accepted is held
 * by the listening one.
 */
#ifndef NET_INET_H
#define NET_INET_H

#include <hermit/atomic.h>
#include <hermit/socket.h>

#include "net_core.h"

#include "lwip/ip_addr.h"
#include "lwip/netif.h"

struct inet_end;
struct pbuf;
struct raw_pcb;
struct tcp_pcb;
struct udp_pcb;

/* Of ip_addr_t, as lwIP has it: an address and which version it is of. */
struct inet_name {
    ip_addr_t ip;
    uint16_t port; /* host order */
};

/* Of so_options of a control block, where lwIP has no use for it: the socket is of AF_INET6. It is
 * told of connections that no socket has any more, too. */
#define INET_OF_V6 0x80U

/* Options that are on or off. The first ones: what a receiving call is told besides the bytes, by
 * control messages. */
enum inet_flags {
    INET_WANTS_PKTINFO = 1,
    INET_WANTS_TTL = 2,
    INET_WANTS_TOS = 4,
    INET_WANTS_PKTINFO6 = 8,
    INET_WANTS_HOPLIMIT = 16,
    INET_WANTS_TCLASS = 32,
    INET_WANTS_STAMP = 64,
    INET_WANTS = 127, /* any of them */
    INET_RECVERR = 128,
    INET_RECVERR6 = 256,
    INET_FREEBIND = 512,
    INET_TRANSPARENT = 1024,
    /* Of groups, on a socket of TCP, which has none: just what was set. */
    INET_NO_LOOP = 2048,
    INET_NO_ALL = 4096,
    INET_NO_LOOP6 = 8192,
    INET_NO_ALL6 = 16384,
    INET_ZEROCOPY = 32768, /* SO_ZEROCOPY */
};

enum { INET_SHUT_RD = 1, INET_SHUT_WR = 2, INET_SHUT_BOTH = 3 };

struct inet_socket {
    struct socket s;
    union {
        struct ip_pcb *ip; /* what all blocks begin with */
        struct tcp_pcb *tcp;
        struct udp_pcb *udp;
        struct raw_pcb *raw;
    } pcb;            /* NULL: none, or not any more; this and the rest: net_core */
    unsigned shut;    /* INET_SHUT_* */
    bool has_port;    /* bind(2) gave it one … */
    bool has_address; /* … and an address */
    bool v6only;      /* AF_INET6: no addresses of IPv4; constant once it has a port */
    uint8_t ttl, tos; /* as its block has them, if there is one */
    int device;       /* index of the interface that it is bound to, or of none; 0: not bound */
    bool reuseport;
    unsigned flags;      /* INET_* */
    uint8_t discover[2]; /* IP_PMTUDISC_*, of IPv4 and IPv6 */

    unsigned stamping;   /* SO_TIMESTAMPING: SOF_TIMESTAMPING_* … */
    uint8_t stamp_form;  /* … and SO_TIMESTAMP and its kin, see stamps.c */
    uint32_t next_stamp; /* number of the next datagram that is stamped; of a connection, of its
                          * first byte */

    struct list errors;     /* struct queued_error.link: see error_queue.h */
    size_t errors_charged;  /* bytes of SO_RCVBUF that they use */
    uint32_t next_zerocopy; /* number of the next call with MSG_ZEROCOPY … */
    unsigned nr_zerocopies; /* … and notices of such that nobody has taken */
};

static inline struct inet_socket *inet_of(struct socket *s)
{
    return container_of(s, struct inet_socket, s);
}

static inline bool inet_blocks(const struct socket_message *m, bool nonblock)
{
    return !nonblock && !(m->flags & MSG_DONTWAIT);
}

/* Waits for `cond` with net_core; see wait_locked(). */
#define inet_wait(wq, cond, nonblock, deadline)                                                    \
    socket_wait_error(wait_locked(cond, nonblock, net_wait((wq), deadline)), deadline)

int inet_create(int type, int protocol, struct socket **s);
int inet6_create(int type, int protocol, struct socket **s);

/* The protocols': a socket without a control block yet. NULL: out of memory. */
struct inet_socket *udp_socket_create(int family);
struct inet_socket *tcp_socket_create(int family);
struct inet_socket *raw_socket_create(int family, int type, int protocol);

/* Sets what all have. */
void inet_init(struct inet_socket *i, const struct socket_ops *ops, int family, int type,
               int protocol, void (*free)(struct channel *));

/* The version of a new control block, IPADDR_TYPE_*: both for one of AF_INET6, unless v6only. */
uint8_t inet_pcb_type(const struct inet_socket *i);

/*
 * Addresses. inet_read_name: 0, −EINVAL (too short), −EAFNOSUPPORT, −ENETUNREACH (IPv4 by a socket
 * for IPv6 alone). inet_read_bind_name: the same for bind(2), −EADDRNOTAVAIL: not ours. "Any" as a
 * destination is this machine.
 */
int inet_read_name(const struct inet_socket *i, const struct socket_address *a,
                   struct inet_name *name);
int inet_read_bind_name(const struct inet_socket *i, const struct socket_address *a,
                        struct inet_name *name);
/* Before something is sent there: waits, some seconds after the start at most, for an address to
 * send from. Not locked. */
void inet_await_address(const struct inet_socket *i, const struct socket_address *to);
void inet_write_name(const struct inet_socket *i, const ip_addr_t *ip, uint16_t port,
                     struct socket_address *a);

/* True if the socket may have addresses of others. */
static inline bool inet_is_free(const struct inet_socket *i)
{
    return i->flags & (INET_FREEBIND | INET_TRANSPARENT);
}

/* True if packets to the address come to this machine. Locked. */
bool inet_is_own(const ip_addr_t *ip);

/* Where packets to `to` go, and from which address; *from is kept unless it is "any". Locked. 0 or
 * −ENETUNREACH. */
int inet_route(const ip_addr_t *to, ip_addr_t *from, struct netif **netif);

/* Gives the control block what the options say, if there is one. Locked. */
void inet_apply_options(struct inet_socket *i);

/* 0: none yet, or not any more. Locked. */
uint16_t inet_local_port(const struct inet_socket *i);

/* Copies n bytes from `offset` of a chain on, which nobody takes away meanwhile, to the caller of a
 * receiving call. Not locked. The bytes copied: fewer after a fault. */
size_t inet_copy_out(struct io_cursor *io, const struct pbuf *p, size_t offset, size_t n);

/* inet_tables.c: a name as /proc/net prints it, of a socket of IPv6 or not. */
void inet_tell_end(struct inet_end *end, const ip_addr_t *ip, uint16_t port, bool v6);

/* inet_options.c. Levels other than SOL_SOCKET; get: the length. −ENOPROTOOPT: unknown. */
int inet_set_option(struct inet_socket *i, int level, int name, const void *value, size_t size);
ssize_t inet_get_option(struct inet_socket *i, int level, int name, void *value, size_t size);

/* SOL_SOCKET: SO_REUSEPORT, SO_BINDTODEVICE, SO_BINDTOIFINDEX; −ENOPROTOOPT: none of them. */
int inet_set_socket_option(struct socket *s, int name, const void *value, size_t size);
ssize_t inet_get_socket_option(struct inet_socket *i, int name, void *value, size_t size);

/* A value of four bytes, or of one; −EINVAL: of none. And its way back: the length. */
int inet_read_int(int *n, const void *value, size_t size);
ssize_t inet_write_int(void *value, size_t size, int n);

#endif
