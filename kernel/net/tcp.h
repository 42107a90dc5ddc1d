/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TCP sockets. tcp.c makes connections and ends them, tcp_io.c moves bytes, tcp_marks.c tells what
 * has become of them, tcp_options.c has the options of IPPROTO_TCP, tcp_fastopen*.c connections
 * whose bytes are quicker than the handshake.
 *
 * Locks: net_core; and tcp.reader, which lets one call at a time take bytes off the queue, and is
 * held, without net_core, while they are copied to the application. See inet.h.
 *
 * lwIP makes a control block when a socket is bound, connects or listens, and frees it by itself:
 * then the pointer in the socket is cleared, by the error callback.
 */
#ifndef NET_TCP_H
#define NET_TCP_H

#include <hermit/list.h>

#include "inet.h"
#include "tcp_fastopen.h"

#include "lwip/tcp.h"

#define TCP_RCVBUF_DEFAULT 131072  /* net.ipv4.tcp_rmem */
#define TCP_RCVBUF_MAX     6291456 /* … to which it grows by itself, */
#define TCP_SNDBUF_DEFAULT 212992  /* and net.ipv4.tcp_wmem */
#define TCP_SNDBUF_MAX     4194304

#define TCP_QUICK_ACKS 16 /* of a new connection, as Linux has it */

/* What connect(2), listen(2) and accept(2) have made of a socket. */
enum tcp_phase { TCP_FREE, TCP_CONNECTING, TCP_CONNECTED, TCP_LISTENING };

/* Bytes of the application on their way out. Counted by whoever fills it and by lwIP's buffers that
 * refer to it. */
struct tcp_chunk {
    unsigned refs;
    uint16_t size, used; /* bytes, and those that are taken, perhaps not yet filled in */
    char data[];
};

/* A call that sends, and wants to be told of what becomes of its bytes; see tcp_marks.c. */
struct tcp_mark;

struct tcp_socket {
    struct inet_socket i;
    struct mutex reader;
    enum tcp_phase phase;
    bool established;               /* the peer has answered */
    struct inet_name local, remote; /* as they were when it was connected */

    /* Received and not read: buffers by `next`, whatever packets they came in. */
    struct pbuf *first, *last;
    unsigned nr_buffers;
    size_t room;   /* bytes that the last one can still take, of its own memory */
    size_t offset; /* bytes of the first that are read */
    size_t queued; /* bytes in all */
    bool at_end;   /* the peer's FIN has come after them … */
    bool end_read; /* … and somebody was told */

    /* How the receive buffer grows: what is read of it, since when, and the least time in which it
     * was read once; ns. */
    size_t taken;
    uint64_t taken_since, least_time;

    /* Acknowledgements: so many more go at once, unless the two sides answer each other. */
    unsigned quick_acks;
    bool answers;
    uint64_t received_at; /* the last bytes, ns; while it does not answer */

    uint64_t received, acked; /* bytes, since the connection exists */
    size_t unacked;           /* bytes that were sent and are not acknowledged */
    struct tcp_chunk *chunk;  /* the one that is filled next, with a reference; NULL: none */
    bool wants_room;          /* somebody was told that there is none */
    bool lingers;             /* close(2) waits for the last acknowledgement */
    struct list corked;       /* in a list, while bytes wait for more */
    struct list marks;        /* struct tcp_mark.link, in the order of their bytes … */
    struct list awaiting;     /* … in a list, while some are to be told when they leave */
    struct list arrivals;     /* struct tcp_arrival.link: when what is queued came */

    struct list pending; /* listening: connections that can be accepted, each with a reference */
    struct list waiting; /* … in that list */
    unsigned nr_pending, backlog;
    /* TCP_DEFER_ACCEPT: connections that have not said anything yet, and are counted as pending. */
    struct list silent;
    struct tcp_socket *defers; /* of such a one: who listens; NULL: it can be accepted */
    uint64_t defers_until;     /* … and till when, ns */

    /* IPPROTO_TCP */
    bool nodelay, cork;
    bool tells_rest;                               /* TCP_INQ: how much more there is to read */
    bool quickack, acks_at_once;                   /* as it is told; as it was asked for */
    unsigned keep_idle, keep_interval, keep_count; /* s, s, times */
    unsigned segment_max, window_clamp;            /* bytes; 0: none */
    unsigned notsent_lowat;                        /* bytes; 0: none */
    unsigned user_timeout;                         /* ms; 0: none */
    unsigned syn_count;                            /* how often a SYN is sent again; 0: as always */
    int linger2;                                   /* s in FIN_WAIT_2; 0: as always, −1: none */
    unsigned defer_accept; /* s, rounded up to where Linux sends a SYN with ACK again */
    struct tcp_fastopen fastopen;
};

static inline struct tcp_socket *tcp_of(struct socket *s)
{
    return container_of(inet_of(s), struct tcp_socket, i);
}

/* True if there is a connection, or the attempt of one; false again once it is over. Locked. */
static inline bool tcp_is_open(const struct tcp_socket *t)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    return pcb != NULL && pcb->state != CLOSED && pcb->state != LISTEN && pcb->state != TIME_WAIT;
}

/* SYN_RCVD: both sides have begun, or both are this socket; but not one that was accepted so. */
static inline bool tcp_is_connecting(const struct tcp_socket *t)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    return pcb != NULL &&
           (pcb->state == SYN_SENT || (pcb->state == SYN_RCVD && t->phase == TCP_CONNECTING));
}

/* Bytes that wait to be sent for the first time. Of a connection. Locked. */
static inline uint32_t tcp_notsent(const struct tcp_socket *t)
{
    return t->i.pcb.tcp->snd_lbb - t->i.pcb.tcp->snd_nxt;
}

/* The socket of a control block, which does not listen; NULL: none, or not any more. Locked. */
struct tcp_socket *tcp_socket_of(const struct tcp_pcb *pcb);
/* Sockets that there are, whatever their state. Any context. */
unsigned tcp_socket_count(void);

/* Sends the first segment, or leaves that to fastopen_begin(). 0 or −errno. Locked. */
int tcp_begin_connect(struct tcp_socket *t, const struct socket_address *to, bool hold);
/* The last step of connect(2): what has come of it. Locked. */
int tcp_end_connect(struct tcp_socket *t);
/* A connection that can be accepted before its handshake is over; its socket. NULL: there is no
 * room or no memory for it. Locked. */
struct tcp_socket *tcp_come_early(struct tcp_socket *l, struct tcp_pcb *pcb);

/* A connection that nobody could accept yet has said something, or the time for that is over. The
 * other two: of all sockets, for a timer. Locked. */
void tcp_end_defer(struct tcp_socket *t);
void tcp_end_defers(void);
bool tcp_has_silent(void);

/* tcp_io.c. lwIP's callbacks for bytes, and what they leave behind. Locked. */
err_t tcp_bytes_arrived(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err);
err_t tcp_bytes_acked(void *arg, struct tcp_pcb *pcb, u16_t n);
void tcp_drop_bytes(struct tcp_socket *t); /* what was not read, and the chunk */

ssize_t tcp_send_message(struct socket *s, struct socket_message *m, bool nonblock);
ssize_t tcp_receive_message(struct socket *s, struct socket_message *call, bool nonblock);
unsigned tcp_poll_socket(struct socket *s, struct poll_table *pt);
long tcp_ioctl(struct socket *s, unsigned cmd, unsigned long arg);

/* Sends what waits for more bytes. The other two: of all sockets, for a timer. Locked. */
void tcp_uncork(struct tcp_socket *t);
void tcp_uncork_all(void);
bool tcp_has_corked(void);

/* tcp_marks.c */

/* True if a call that sends may want a mark. */
static inline bool tcp_may_mark(const struct tcp_socket *t, const struct socket_message *m)
{
    return (m->flags & MSG_ZEROCOPY) != 0 || (t->i.stamping | m->sent_control_size) != 0;
}

/* Gives it one, if so; *mark NULL: it does not. Not locked. 0, −ENOBUFS (out of memory, or too many
 * are on their way), −EINVAL. */
int tcp_mark_begin(struct tcp_socket *t, const struct socket_message *m, struct tcp_mark **mark);
/* lwIP was given n more bytes of the call; `last`: those were all, and *mark is taken over.
 * Locked. */
void tcp_mark_write(struct tcp_socket *t, struct tcp_mark **mark, size_t n, bool last);
/* The call has ended; NULL: all of it was written. Not locked. */
void tcp_mark_end(struct tcp_socket *t, struct tcp_mark *mark);
/* The peer has acknowledged bytes. Locked. */
void tcp_marks_acked(struct tcp_socket *t);
/* There is no connection any more. Locked. */
void tcp_marks_end(struct tcp_socket *t);

/* SO_TIMESTAMPING. The number of the first byte that is counted; −EINVAL: there is no connection.
 * The other two: whose segment leaves, if that is waited for (NULL), and that it does. Locked. */
struct leaving;
int tcp_first_stamp(struct socket *s, uint32_t *number);
struct tcp_socket *tcp_that_awaits(const struct leaving *l);
void tcp_marks_left(struct tcp_socket *t, const struct leaving *l);

/* Bytes have come, or n were read, or shall be (peek): when their last ones came, 0: not known.
 * Locked. */
void tcp_note_arrival(struct tcp_socket *t, bool merged);
uint64_t tcp_arrival_of(struct tcp_socket *t, size_t read, bool peek);
void tcp_drop_arrivals(struct tcp_socket *t);

/* tcp_options.c */
extern const uint8_t tcp_linux_state[]; /* how Linux numbers enum tcp_state */
int tcp_set_level(struct socket *s, int level, int name, const void *value, size_t size);
ssize_t tcp_get_level(struct socket *s, int level, int name, void *value, size_t size);
/* Gives the control block what the options say, those of all levels. Locked. */
void tcp_apply_options(struct tcp_socket *t);

#endif
