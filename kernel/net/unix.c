/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: AF_UNIX sockets: how they come to be connected, and how they go.
 *
 *     CLOSED ── listen ──► LISTENING
 *        └──── connect, accept, socketpair ──► CONNECTED (a stream or seqpacket for good)
 *
 * Locks: see unix.h.
 */
#include "unix.h"
#include "net_limits.h"

#include <asm/socket.h>
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <linux/fcntl.h>

static const struct socket_ops stream_ops, dgram_ops, packet_ops;

/* Of every socket: there is one process, and it is root. */
static struct ucred own_creds(void)
{
    return (struct ucred){.pid = PROCESS_ID};
}

static void unix_free(struct channel *c)
{
    struct unix_socket *u = unix_of(socket_of(c));
    unix_delist(u);
    unix_name_put(load_relaxed(&u->name));
    kfree(u);
}

static const struct socket_ops *ops_of(int type)
{
    return type == SOCK_STREAM ? &stream_ops : type == SOCK_DGRAM ? &dgram_ops : &packet_ops;
}

/* One reference; NULL: no memory. */
static struct unix_socket *alloc(int type)
{
    struct unix_socket *u = kzalloc(sizeof(*u));
    if (u == NULL)
        return NULL;
    socket_init(&u->s, ops_of(type), AF_UNIX, type, 0, unix_free);
    mutex_init(&u->reader, "unix.reader");
    mutex_init(&u->binding, "unix.binding");
    list_init(&u->queue);
    list_init(&u->pending);
    list_init(&u->waiting);
    list_init(&u->clients);
    list_init(&u->client_of);
    list_init(&u->flying);
    wait_queue_init(&u->has_place);
    unix_enlist(u);
    return u;
}

/* The type of a new socket, or −errno. */
static int check_type(int type, int protocol)
{
    if (protocol != 0 && protocol != AF_UNIX)
        return -EPROTONOSUPPORT;
    switch (type) {
    case SOCK_STREAM:
    case SOCK_DGRAM:
    case SOCK_SEQPACKET:
        return type;
    case SOCK_RAW: /* as on Linux */
        return SOCK_DGRAM;
    default:
        return -ESOCKTNOSUPPORT;
    }
}

int unix_create(int type, int protocol, struct socket **s)
{
    type = check_type(type, protocol);
    if (type < 0)
        return type;
    struct unix_socket *u = alloc(type);
    if (u == NULL)
        return -ENOMEM;
    *s = &u->s;
    return 0;
}

/* Two sockets that nobody else sees, or whose locks are held. */
static void join(struct unix_socket *a, struct unix_socket *b)
{
    channel_get(&a->s.channel);
    channel_get(&b->s.channel);
    a->peer = b;
    b->peer = a;
    a->peer_creds = b->peer_creds = own_creds();
    store_relaxed(&a->state, UNIX_CONNECTED);
    store_relaxed(&b->state, UNIX_CONNECTED);
}

int unix_create_pair(int type, int protocol, struct socket *pair[2])
{
    type = check_type(type, protocol);
    if (type < 0)
        return type;
    struct unix_socket *a = alloc(type), *b = alloc(type);
    if (a == NULL || b == NULL) {
        unix_put(a);
        unix_put(b);
        return -ENOMEM;
    }
    join(a, b);
    pair[0] = &a->s;
    pair[1] = &b->s;
    return 0;
}

struct unix_socket *unix_peer(struct unix_socket *u)
{
    mutex_lock(&u->s.channel.lock);
    struct unix_socket *peer = u->peer;
    if (peer != NULL)
        channel_get(&peer->s.channel);
    mutex_unlock(&u->s.channel.lock);
    return peer;
}

/* Locks of two sockets, in order of address. */
static void lock_two(struct unix_socket *a, struct unix_socket *b)
{
    mutex_lock(a < b ? &a->s.channel.lock : &b->s.channel.lock);
    if (a != b)
        mutex_lock(a < b ? &b->s.channel.lock : &a->s.channel.lock);
}

/* Its end of a connection that was cut: no more bytes either way. */
static void hang_up(struct unix_socket *u, bool reset)
{
    mutex_lock(&u->s.channel.lock);
    or_relaxed(&u->shut, UNIX_SHUT_BOTH);
    if (reset)
        store_relaxed(&u->s.error, ECONNRESET);
    mutex_unlock(&u->s.channel.lock);
    wake_all(&u->s.can_read);
    wake_all(&u->s.can_write);
}

static void move_all(struct list *from, struct list *to)
{
    while (!list_empty(from)) {
        struct list *first = from->next;
        list_unlink(first);
        list_push_back(to, first);
    }
}

/* Ends a socket whose file is gone, or that never had one. */
static void end(struct unix_socket *u, bool never_accepted)
{
    struct list messages = LIST_INIT(messages), pending = LIST_INIT(pending);
    unix_forget_name(u);
    unix_flight_lock();
    mutex_lock(&u->s.channel.lock);
    u->dead = true;
    or_relaxed(&u->shut, UNIX_SHUT_BOTH);
    struct unix_socket *peer = u->peer;
    u->peer = NULL;
    while (!list_empty(&u->queue)) {
        struct unix_message *m = list_first(&u->queue, struct unix_message, link);
        unix_dequeue(u, m);
        list_push_back(&messages, &m->link);
    }
    move_all(&u->pending, &pending);
    mutex_unlock(&u->s.channel.lock);
    unix_flight_unlock();
    chaos_point("unix_end");
    wake_all(&u->s.can_write); /* who waits for room or for his connection to be accepted */
    unix_set_client(u, NULL);
    unix_wake_clients(u);
    if (peer != NULL && unix_connects(u))
        hang_up(peer, never_accepted || !list_empty(&messages));
    unix_put(peer);
    unix_free_messages(&messages);
    while (!list_empty(&pending)) {
        struct unix_socket *child = list_first(&pending, struct unix_socket, waiting);
        list_remove(&child->waiting);
        end(child, true); /* one level: it listens to nobody */
        unix_put(child);
    }
}

static void unix_close(struct socket *s)
{
    poke(s->file, NULL);
    end(unix_of(s), false);
    unix_collect();
}

static int unix_listen(struct socket *s, unsigned backlog)
{
    struct unix_socket *u = unix_of(s);
    int err = -EINVAL;
    mutex_lock(&s->channel.lock);
    if (load_relaxed(&u->name) != NULL && load_relaxed(&u->state) != UNIX_CONNECTED) {
        u->backlog = MIN(backlog, load_relaxed(&net_limits.somaxconn));
        u->peer_creds = own_creds();
        store_relaxed(&u->state, UNIX_LISTENING);
        err = 0;
    }
    mutex_unlock(&s->channel.lock);
    if (err == 0)
        wake_all(&s->can_write); /* the new backlog may be larger */
    return err;
}

static bool listens(const struct unix_socket *l)
{
    return !l->dead && load_relaxed(&l->state) == UNIX_LISTENING &&
           !(load_relaxed(&l->shut) & UNIX_SHUT_RD);
}

/* Waits until a listening socket takes one more connection. 0, −ECONNREFUSED, −errno. Locked. */
static int wait_for_place(struct unix_socket *l, bool nonblock, uint64_t deadline)
{
    int err = socket_wait(&l->s, &l->s.can_write, !listens(l) || l->nr_pending <= l->backlog,
                          nonblock, deadline);
    return listens(l) ? err : -ECONNREFUSED;
}

/* Both are locked. */
static int may_connect(const struct unix_socket *u)
{
    int state = load_relaxed(&u->state);
    return state == UNIX_CLOSED ? 0 : state == UNIX_CONNECTED ? -EISCONN : -EINVAL;
}

/* The accepting end takes over the name of the listening socket, and its credentials. */
static void inherit(struct unix_socket *child, struct unix_socket *l)
{
    struct unix_name *name = load_relaxed(&l->name);
    add_relaxed(&name->refs, 1);
    store_relaxed(&child->name, name);
    or_relaxed(&child->s.options.flags, load_relaxed(&l->s.options.flags) & 1U << SO_PASSCRED);
    store_relaxed(&child->s.options.sndbuf, load_relaxed(&l->s.options.sndbuf));
}

/* Joins u and the child, which l can accept from then on. */
static int enter(struct unix_socket *u, struct unix_socket *l, struct unix_socket *child,
                 bool nonblock, uint64_t deadline)
{
    for (;;) {
        lock_two(u, l);
        int err = listens(l) ? may_connect(u) : -ECONNREFUSED;
        bool full = err == 0 && l->nr_pending > l->backlog;
        if (err == 0 && !full) {
            inherit(child, l);
            join(u, child);
            channel_get(&child->s.channel);
            list_push_back(&l->pending, &child->waiting);
            l->nr_pending++;
        }
        mutex_unlock(&u->s.channel.lock);
        if (full)
            err = wait_for_place(l, nonblock, deadline);
        mutex_unlock(&l->s.channel.lock);
        if (!full || err != 0)
            return err;
    }
}

static int stream_connect(struct socket *s, const struct socket_address *to, bool nonblock)
{
    struct unix_socket *u = unix_of(s), *l;
    uint64_t deadline = socket_deadline(&s->options.sndtimeo);
    int err = unix_check_address(to);
    if (err == 0 && socket_flag(s, SO_PASSCRED))
        err = unix_autobind(u);
    if (err == 0)
        err = unix_find(to, s->type, &l);
    if (err != 0)
        return err;
    struct unix_socket *child = alloc(s->type);
    err = -ENOMEM;
    if (child != NULL)
        err = l == u ? (load_relaxed(&u->state) == UNIX_LISTENING ? -EINVAL : -ECONNREFUSED)
                     : enter(u, l, child, nonblock, deadline);
    if (err == 0) {
        chaos_point("unix_entered");
        wake_all(&l->s.can_read);
        wake_all(&s->can_write);
    }
    unix_put(child);
    unix_put(l);
    return err;
}

static int unix_accept(struct socket *s, bool nonblock, struct socket **child)
{
    struct unix_socket *l = unix_of(s), *first = NULL;
    uint64_t deadline = socket_deadline(&s->options.rcvtimeo);
    mutex_lock(&s->channel.lock);
    int err = load_relaxed(&l->state) == UNIX_LISTENING ? 0 : -EINVAL;
    if (err == 0)
        err = socket_wait(&l->s, &s->can_read,
                          !list_empty(&l->pending) || load_relaxed(&l->shut) & UNIX_SHUT_RD,
                          nonblock, deadline);
    if (err == 0 && list_empty(&l->pending))
        err = -EINVAL; /* shut down */
    if (err == 0) {
        first = list_first(&l->pending, struct unix_socket, waiting);
        list_remove(&first->waiting);
        l->nr_pending--;
    }
    mutex_unlock(&s->channel.lock);
    if (err != 0)
        return err;
    wake_all(&s->can_write);
    *child = &first->s;
    return 0;
}

/* What was received from another peer than the new one is dropped, as on Linux. */
static void change_peer(struct unix_socket *u, struct unix_socket *peer)
{
    struct list messages = LIST_INIT(messages);
    mutex_lock(&u->reader);
    unix_flight_lock();
    mutex_lock(&u->s.channel.lock);
    struct unix_socket *old = u->peer;
    u->peer = peer;
    store_relaxed(&u->state, peer != NULL ? UNIX_CONNECTED : UNIX_CLOSED);
    if (peer != NULL)
        u->peer_creds = own_creds();
    while (old != NULL && old != peer && !list_empty(&u->queue)) {
        struct unix_message *m = list_first(&u->queue, struct unix_message, link);
        unix_dequeue(u, m);
        list_push_back(&messages, &m->link);
    }
    mutex_unlock(&u->s.channel.lock);
    unix_flight_unlock();
    mutex_unlock(&u->reader);
    unix_set_client(u, peer);
    unix_free_messages(&messages);
    unix_put(old);
    wake_all(&u->s.can_write);
}

/* May u send to p, which may be connected to another one? */
static bool may_send(struct unix_socket *u, struct unix_socket *p)
{
    mutex_lock(&p->s.channel.lock);
    bool may = p->peer == NULL || p->peer == u;
    mutex_unlock(&p->s.channel.lock);
    return may;
}

static int dgram_connect(struct socket *s, const struct socket_address *to, bool nonblock)
{
    struct unix_socket *u = unix_of(s), *peer;
    (void)nonblock;
    if (to->length >= sizeof(to->family) && to->family == AF_UNSPEC) {
        change_peer(u, NULL);
        return 0;
    }
    int err = unix_check_address(to);
    if (err == 0 && socket_flag(s, SO_PASSCRED))
        err = unix_autobind(u);
    if (err == 0)
        err = unix_find(to, s->type, &peer);
    if (err != 0)
        return err;
    if (!may_send(u, peer)) {
        unix_put(peer);
        return -EPERM;
    }
    change_peer(u, peer);
    return 0;
}

static int unix_name(struct socket *s, bool peer, struct socket_address *name)
{
    struct unix_socket *u = unix_of(s);
    if (!peer) {
        unix_tell_name(u, name);
        return 0;
    }
    struct unix_socket *other = unix_peer(u);
    if (other == NULL)
        return -ENOTCONN;
    unix_tell_name(other, name);
    unix_put(other);
    return 0;
}

static void shut_one(struct unix_socket *u, unsigned sides)
{
    mutex_lock(&u->s.channel.lock);
    or_relaxed(&u->shut, sides);
    mutex_unlock(&u->s.channel.lock);
    wake_all(&u->s.can_read);
    wake_all(&u->s.can_write);
}

static int unix_shutdown(struct socket *s, enum shutdown_how how)
{
    struct unix_socket *u = unix_of(s);
    unsigned sides = (unsigned)how + 1, others = 0;
    shut_one(u, sides);
    if (!unix_connects(u))
        return 0;
    if (sides & UNIX_SHUT_RD)
        others |= UNIX_SHUT_WR;
    if (sides & UNIX_SHUT_WR)
        others |= UNIX_SHUT_RD;
    struct unix_socket *peer = unix_peer(u);
    if (peer != NULL)
        shut_one(peer, others);
    unix_put(peer);
    return 0;
}

static ssize_t unix_get_option(struct socket *s, int name, void *value, size_t size)
{
    struct unix_socket *u = unix_of(s);
    struct ucred creds = {.pid = 0, .uid = ~0U, .gid = ~0U};
    int listening = load_relaxed(&u->state) == UNIX_LISTENING;
    switch (name) {
    case SO_ACCEPTCONN:
        size = MIN(size, sizeof(listening));
        memcpy(value, &listening, size);
        return (ssize_t)size;
    case SO_PEERCRED:
        mutex_lock(&s->channel.lock);
        if (u->peer_creds.pid != 0)
            creds = u->peer_creds;
        mutex_unlock(&s->channel.lock);
        size = MIN(size, sizeof(creds));
        memcpy(value, &creds, size);
        return (ssize_t)size;
    default:
        return -ENOPROTOOPT;
    }
}

static int refuse_listen(struct socket *s, unsigned backlog)
{
    (void)s;
    (void)backlog;
    return -EOPNOTSUPP;
}

static int refuse_accept(struct socket *s, bool nonblock, struct socket **child)
{
    (void)s;
    (void)nonblock;
    (void)child;
    return -EOPNOTSUPP;
}

#define SHARED                                                                                     \
    .bind = unix_bind, .name = unix_name, .shutdown = unix_shutdown, .poll = unix_poll,            \
    .ioctl = unix_ioctl, .get_option = unix_get_option, .close = unix_close

static const struct socket_ops stream_ops = {
    SHARED,
    .connect = stream_connect,
    .listen = unix_listen,
    .accept = unix_accept,
    .send = unix_stream_send,
    .receive = unix_stream_receive,
};

static const struct socket_ops dgram_ops = {
    SHARED,
    .connect = dgram_connect,
    .listen = refuse_listen,
    .accept = refuse_accept,
    .send = unix_dgram_send,
    .receive = unix_dgram_receive,
};

static const struct socket_ops packet_ops = {
    SHARED,
    .connect = stream_connect,
    .listen = unix_listen,
    .accept = unix_accept,
    .send = unix_packet_send,
    .receive = unix_packet_receive,
};
