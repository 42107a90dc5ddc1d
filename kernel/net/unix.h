/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AF_UNIX: sockets of one machine, here of one process. unix.c connects them, unix_io.c sends and
 * receives, unix_name.c has their names, unix_rights.c the files on their way.
 *
 * Locks: channel.lock of a socket protects its queue and its state; two at once only in order of
 * address. unix.reader of a socket lets one call at a time take messages off its queue, and is held
 * while bytes are copied out of them. Messages belong to the queue that they are in. unix.binding
 * lets one call at a time give the socket a name, so that no node is made for a name that it does
 * not get.
 *
 * Lifetime: a socket holds the one that it is connected to until its own file is gone, a message
 * who sent it, a listening socket the ends that nobody has accepted yet.
 */
#ifndef NET_UNIX_H
#define NET_UNIX_H

#include <hermit/list.h>
#include <hermit/rbtree.h>
#include <hermit/socket.h>

struct dentry;
struct text;
struct unix_socket;

struct unix_message {
    struct list link;
    struct unix_socket *from; /* with a reference */
    struct socket_ancillary ancillary;
    size_t start, length; /* bytes read of it, bytes in all */
    char data[];
};

/* What a message of n bytes counts against the sender's buffer. */
static inline size_t unix_charge(size_t n)
{
    return n + 512;
}

struct unix_name {
    _Atomic unsigned refs;
    struct socket_address address;
    struct dentry *dentry; /* of a path, with a reference; NULL: an abstract name */
};

enum unix_state { UNIX_CLOSED, UNIX_LISTENING, UNIX_CONNECTED };
enum { UNIX_SHUT_RD = 1, UNIX_SHUT_WR = 2, UNIX_SHUT_BOTH = 3 };

struct unix_socket {
    struct socket s;
    struct mutex reader, binding;
    struct list queue; /* struct unix_message.link */
    size_t queued;     /* bytes in them that are not read */
    unsigned nr_queued;
    _Atomic int state; /* written locked */
    _Atomic unsigned shut;
    bool dead;                /* its file is gone */
    struct unix_socket *peer; /* of a stream constant once it is connected */
    struct ucred peer_creds;
    struct list pending; /* listening: ends that can be accepted */
    struct list waiting; /* in that list */
    unsigned nr_pending, backlog;
    struct list clients;    /* datagrams: who is connected to this one; unix_names */
    struct list client_of;  /* in that list of its peer */
    _Atomic size_t charged; /* bytes of messages that it has sent and that are still there */
    _Atomic(struct unix_name *) name; /* constant once it is set */
    struct rb_node by_name;
    bool named;                  /* found by its name; unix_names */
    struct list all;             /* in the list of all there are; unix_names */
    struct wait_queue has_place; /* woken when the queue is no longer full */
    unsigned in_flight;          /* unix_flight: in how many messages its file is … */
    int outside;                 /* … and what unix_collect() knows of it */
    bool visited;
    struct list flying;
};

static inline struct unix_socket *unix_of(struct socket *s)
{
    return container_of(s, struct unix_socket, s);
}

static inline void unix_put(struct unix_socket *u)
{
    if (u != NULL)
        channel_put(&u->s.channel);
}

static inline bool unix_is_stream(const struct unix_socket *u)
{
    return u->s.type == SOCK_STREAM;
}

static inline bool unix_connects(const struct unix_socket *u)
{
    return u->s.type != SOCK_DGRAM;
}

int unix_create(int type, int protocol, struct socket **s);
int unix_create_pair(int type, int protocol, struct socket *pair[2]);

/* The peer with a reference; NULL: none. Takes the lock. */
struct unix_socket *unix_peer(struct unix_socket *u);

/* unix_name.c. Names a socket; an address of the family alone: a free abstract name. */
int unix_bind(struct socket *s, const struct socket_address *to);
/* Gives it one if it has none. 0 or −errno. */
int unix_autobind(struct unix_socket *u);
/* The socket of a name and type, with a reference. 0, −ENOENT, −ECONNREFUSED, −EPROTOTYPE, … */
int unix_find(const struct socket_address *to, int type, struct unix_socket **found);
/* Is it an address of this family? 0 or −EINVAL. */
int unix_check_address(const struct socket_address *a);
void unix_forget_name(struct unix_socket *u);
void unix_name_put(struct unix_name *name);
/* Stores the name of u, perhaps none. */
void unix_tell_name(struct unix_socket *u, struct socket_address *name);
/* Which socket a datagram socket is connected to, for wake-ups; NULL: none. */
void unix_set_client(struct unix_socket *u, struct unix_socket *of);
/* Lists a new socket among all there are, and takes it out. */
void unix_enlist(struct unix_socket *u);
void unix_delist(struct unix_socket *u);
/* The lines of /proc/net/unix. */
void unix_show(struct text *t);
/* The queue of u is no longer full: wakes who is connected to it. */
void unix_wake_clients(struct unix_socket *u);

/* unix_io.c */
ssize_t unix_stream_send(struct socket *s, struct socket_message *m, bool nonblock);
ssize_t unix_stream_receive(struct socket *s, struct socket_message *call, bool nonblock);
ssize_t unix_dgram_send(struct socket *s, struct socket_message *m, bool nonblock);
ssize_t unix_dgram_receive(struct socket *s, struct socket_message *call, bool nonblock);
ssize_t unix_packet_send(struct socket *s, struct socket_message *m, bool nonblock);
ssize_t unix_packet_receive(struct socket *s, struct socket_message *call, bool nonblock);
unsigned unix_poll(struct socket *s, struct poll_table *pt);
long unix_ioctl(struct socket *s, unsigned cmd, unsigned long arg);

/* unix_rights.c. Puts a message into a queue whose lock is held, takes it out; with files in it,
 * unix_flight_lock() must be around. */
void unix_flight_lock(void);
void unix_flight_unlock(void);
void unix_enqueue(struct unix_socket *u, struct unix_message *m);
void unix_dequeue(struct unix_socket *u, struct unix_message *m);
/* Takes the files of a message in a queue, or copies of them. unix_flight_lock() is held. 0 or
 * −ENOMEM. */
int unix_take_files(struct unix_message *m, struct socket_ancillary *to, bool copy);
/* Frees a message without files that is in no queue, and wakes its sender if he has room now. */
void unix_free_message(struct unix_message *m);
/* Frees messages that are in no queue, with what they carry: perhaps later, by another task that
 * does so already. No locks held. */
void unix_free_messages(struct list *messages);
/* Looks for sockets that only messages of each other's queues still hold, and empties these. */
void unix_collect(void);

#endif
