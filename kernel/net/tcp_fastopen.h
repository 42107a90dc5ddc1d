/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP Fast Open (RFC 7413) as Linux has it: who may send data with a SYN, and whose are taken.
 * tcp_fastopen.c is who listens, tcp_fastopen_client.c who connects; lwip/include/fastopen.h has
 * the option. All of it under net_core, but for what says otherwise.
 */
#ifndef NET_TCP_FASTOPEN_H
#define NET_TCP_FASTOPEN_H

#include <hermit/atomic.h>
#include <hermit/list.h>

#include "fastopen.h"

struct socket_message;
struct tcp_mark;
struct tcp_pcb;
struct tcp_socket;

/* Bits of net.ipv4.tcp_fastopen. */
enum {
    FASTOPEN_CLIENT = 1,
    FASTOPEN_SERVER = 2,
    FASTOPEN_CLIENT_NO_COOKIE = 4,
    FASTOPEN_SERVER_NO_COOKIE = 0x200,
    FASTOPEN_SERVER_ALL = 0x400, /* who listens needs no TCP_FASTOPEN */
};
#define FASTOPEN_DEFAULT FASTOPEN_CLIENT

extern _Atomic unsigned tcp_fastopen_mode;      /* FASTOPEN_*; relaxed, as all limits */
extern _Atomic unsigned tcp_fastopen_blackhole; /* …_blackhole_timeout_sec */

#define FASTOPEN_KEY_SIZE 16
#define FASTOPEN_KEYS_MAX 2

/* The first one makes cookies, all of them are good to check them. */
struct fastopen_keys {
    unsigned nr; /* 0: none yet */
    uint64_t key[FASTOPEN_KEYS_MAX][2];
};

/* Of a socket that listens, or may. Counted by that and by the connections that it counts. */
struct fastopen_listener {
    unsigned refs;
    unsigned max, nr;          /* connections whose handshake goes on: at most, now */
    struct fastopen_keys keys; /* its own; none: those of all */
    struct list resets; /* connections that count on, since they were reset after accept(2) */
};

/* Part of struct tcp_socket. */
struct tcp_fastopen {
    struct fastopen_listener *listener; /* NULL: there never was a TCP_FASTOPEN */
    struct fastopen_listener *counted;  /* of a connection: who counts it; NULL: nobody */
    bool no_cookie, connect;            /* TCP_FASTOPEN_NO_COOKIE, TCP_FASTOPEN_CONNECT */
    _Atomic bool deferred;              /* connect(2) has left the SYN to the first bytes */
    bool sending;                       /* a call waits for the answer to what it has sent */
    bool asked, experimental;           /* the SYN had the option, in its older form, */
    bool data, data_acked;              /* had data, which were taken, */
    bool checked;                       /* though it had been feared that such SYNs are lost */
    uint8_t failed;                     /* TFO_*, why not; for TCP_INFO */
};

/* --- tcp_fastopen.c */

/* TCP_FASTOPEN, listen(2). 0 or −ENOMEM. */
int tcp_fastopen_set_max(struct tcp_socket *t, unsigned max);
int tcp_fastopen_listens(struct tcp_socket *t);
/* It does not listen any more; it is freed (not locked). */
void tcp_fastopen_stop(struct tcp_socket *t);
void tcp_fastopen_free(struct tcp_socket *t);
/* A connection is over, by a reset or not, or nobody's any more. */
void tcp_fastopen_ended(struct tcp_socket *t, bool reset);

/* TCP_FASTOPEN_KEY: one or two keys, their bytes in a row. 0, −EINVAL, −ENOMEM; the bytes. */
int tcp_fastopen_set_key(struct tcp_socket *t, const void *key, size_t size);
size_t tcp_fastopen_get_key(const struct tcp_socket *t, void *key, size_t size);
/* net.ipv4.tcp_fastopen_key, from its text (0 or −EINVAL), and what there is. They lock. */
int tcp_fastopen_set_keys(const char *text, size_t n);
void tcp_fastopen_get_keys(struct fastopen_keys *keys);

/* --- tcp_fastopen_client.c */

/* After tcp_begin_connect() that holds the SYN, for TCP_FASTOPEN_CONNECT: it waits for the first
 * bytes (`deferred`) if it may have some, else it goes. 0 or −ENOBUFS. */
int tcp_fastopen_defer(struct tcp_socket *t);

/* The begin of a sending call with MSG_FASTOPEN, or of the first one after a deferred connect. Not
 * locked. The bytes that went with the SYN; −errno. *over: the call sends no more. */
ssize_t tcp_fastopen_send(struct tcp_socket *t, struct socket_message *m, bool nonblock,
                          uint64_t deadline, struct tcp_mark **mark, bool *over);

/* The socket is connected no more, and may be again. */
void tcp_fastopen_forget(struct tcp_socket *t);

/* A connection that began so ends, with the segments that are still in its block: if they are but a
 * FIN out of order, the data before it were lost on purpose, perhaps. */
void tcp_fastopen_check_end(const struct tcp_socket *t);

/* net.ipv4.tcp_fastopen_blackhole_timeout_sec was written. */
void tcp_fastopen_forget_blackholes(void);

#endif
