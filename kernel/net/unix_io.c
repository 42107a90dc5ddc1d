/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: messages of AF_UNIX sockets: sending, receiving, poll.
 *
 * A message is made without locks, since the application's memory may fault, and enters the
 * receiver's queue as a whole. It counts against the sender's buffer until it has been read.
 * Whoever receives holds `reader`, so the first message stays where it is while it is copied out.
 *
 * Locks: see unix.h.
 */
#include "net_limits.h"
#include "unix.h"

#include <asm/ioctls.h>
#include <asm/socket.h>
#include <hermit/atomic.h>
#include <hermit/chaos.h>
#include <hermit/error_signal.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <linux/poll.h>
#include <linux/sockios.h>

#define CHUNK_MAX      32640UL /* bytes of a stream in one message: with its header eight pages */
#define DGRAM_OVERHEAD 32      /* of sndbuf, what no datagram may use */

static bool has_shut(const struct unix_socket *u, unsigned sides)
{
    return load_relaxed(&u->shut) & sides;
}

static bool is_blocking(const struct socket_message *m, bool nonblock)
{
    return !nonblock && !(m->flags & MSG_DONTWAIT);
}

static bool has_room(struct unix_socket *u)
{
    return load_relaxed(&u->charged) < (size_t)load_relaxed(&u->s.options.sndbuf);
}

/* Waits until u may have one more message on its way. 0; −EPIPE, a pending error, −errno. */
static int wait_for_room(struct unix_socket *u, bool nonblock, uint64_t deadline)
{
    if (likely(has_room(u) && !has_shut(u, UNIX_SHUT_WR) && load_relaxed(&u->s.error) == 0))
        return 0;
    mutex_lock(&u->s.channel.lock);
    int err =
        socket_wait(&u->s, &u->s.can_write,
                    has_room(u) || has_shut(u, UNIX_SHUT_WR) || load_relaxed(&u->s.error) != 0,
                    nonblock, deadline);
    mutex_unlock(&u->s.channel.lock);
    int pending = socket_take_error(&u->s);
    if (pending != 0)
        return pending;
    return has_shut(u, UNIX_SHUT_WR) ? -EPIPE : err;
}

/* The next n bytes of a call as a message of u, with what else the call sends. NULL: *err. */
static struct unix_message *make_message(struct unix_socket *u, struct socket_message *call,
                                         size_t n, int *err)
{
    struct unix_message *m = kmalloc(sizeof(*m) + n);
    if (m == NULL) {
        *err = -ENOBUFS;
        return NULL;
    }
    if (io_copy_from(&call->io, m->data, n) != n) {
        kfree(m);
        *err = -EFAULT;
        return NULL;
    }
    m->start = 0;
    m->length = n;
    m->ancillary = call->ancillary;
    call->ancillary.files = NULL; /* the message's now */
    call->ancillary.nr_files = 0;
    if (!m->ancillary.has_creds)
        m->ancillary.creds = (struct ucred){.pid = PROCESS_ID};
    if (socket_flag(&u->s, SO_PASSCRED))
        m->ancillary.has_creds = true;
    m->from = u;
    channel_get(&u->s.channel);
    add_relaxed(&u->charged, unix_charge(n));
    return m;
}

static void throw_away(struct unix_message *m)
{
    struct list one = LIST_INIT(one);
    if (m->ancillary.nr_files == 0) {
        unix_free_message(m);
        return;
    }
    list_push_back(&one, &m->link);
    unix_free_messages(&one);
}

/* Puts a message into the queue of `to` and takes it over. 0, −EPIPE, −ECONNREFUSED: it is gone;
 * −EAGAIN: `full` says no; then the message is still the caller's. */
static int deliver(struct unix_socket *to, struct unix_message *m,
                   bool (*full)(const struct unix_socket *to, const struct unix_socket *from))
{
    bool files = m->ancillary.nr_files != 0;
    int err = 0;
    if (files)
        unix_flight_lock();
    mutex_lock(&to->s.channel.lock);
    if (to->dead)
        err = unix_connects(to) ? -EPIPE : -ECONNREFUSED;
    else if (has_shut(to, UNIX_SHUT_RD))
        err = -EPIPE;
    else if (full != NULL && full(to, m->from))
        err = -EAGAIN;
    if (err == 0) {
        /* Who has not accepted the connection yet may ask for them later. */
        if (socket_flag(&to->s, SO_PASSCRED) || peek(to->s.file) == NULL)
            m->ancillary.has_creds = true;
        unix_enqueue(to, m);
    }
    mutex_unlock(&to->s.channel.lock);
    if (files)
        unix_flight_unlock();
    chaos_point("unix_delivered");
    if (err == 0)
        wake_all(&to->s.can_read);
    return err;
}

/* The end of a call that sent `done` bytes before the error. */
static ssize_t sent(ssize_t done, int err, const struct socket_message *m)
{
    if (done > 0 || err == 0)
        return done;
    return err == -EPIPE && !(m->flags & MSG_NOSIGNAL) ? error_signal(err) : err;
}

ssize_t unix_stream_send(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct unix_socket *u = unix_of(s), *peer = NULL;
    bool connected = load_relaxed(&u->state) == UNIX_CONNECTED;
    uint64_t deadline = socket_deadline(&s->options.sndtimeo);
    ssize_t done = 0;
    int err = 0;
    if (m->flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (m->address.length != 0)
        return connected ? -EISCONN : -EOPNOTSUPP;
    if (!connected || (peer = unix_peer(u)) == NULL)
        return -ENOTCONN;
    if (has_shut(u, UNIX_SHUT_WR))
        err = -EPIPE;
    while (err == 0 && m->io.left > 0) {
        size_t half = (size_t)load_relaxed(&s->options.sndbuf) / 2, n;
        n = MIN(m->io.left, MIN(half, CHUNK_MAX));
        err = wait_for_room(u, !is_blocking(m, nonblock), deadline);
        struct unix_message *message = err == 0 ? make_message(u, m, n, &err) : NULL;
        if (message == NULL)
            break;
        err = deliver(peer, message, NULL);
        if (err != 0)
            throw_away(message);
        else
            done += (ssize_t)n;
    }
    unix_put(peer);
    return sent(done, err, m);
}

static bool queue_is_full(const struct unix_socket *to, const struct unix_socket *from)
{
    return to->peer != from && to->nr_queued > LOCAL_DATAGRAMS_MAX;
}

/* May `from` send to `to`, which may be connected to somebody else? Locked: `to`. */
static bool accepts_from(const struct unix_socket *to, const struct unix_socket *from)
{
    return to->peer == NULL || to->peer == from;
}

/* Waits until the queue of `to` is not full for u. 0 or −errno. */
static int wait_for_queue(struct unix_socket *to, struct unix_socket *u, bool nonblock,
                          uint64_t deadline)
{
    mutex_lock(&to->s.channel.lock);
    int err = socket_wait(&to->s, &to->has_place,
                          to->dead || has_shut(to, UNIX_SHUT_RD) || !queue_is_full(to, u), nonblock,
                          deadline);
    mutex_unlock(&to->s.channel.lock);
    return err;
}

/* Sends one message to a socket that is held. Bytes or −errno. */
static ssize_t send_whole(struct unix_socket *u, struct unix_socket *to, struct socket_message *m,
                          bool nonblock)
{
    uint64_t deadline = socket_deadline(&u->s.options.sndtimeo);
    size_t n = m->io.left;
    nonblock = !is_blocking(m, nonblock);
    if (n > (size_t)load_relaxed(&u->s.options.sndbuf) - DGRAM_OVERHEAD)
        return -EMSGSIZE;
    int err = wait_for_room(u, nonblock, deadline);
    if (err != 0)
        return err;
    struct unix_message *message = make_message(u, m, n, &err);
    if (message == NULL)
        return err;
    mutex_lock(&to->s.channel.lock);
    err = accepts_from(to, u) ? -EAGAIN : -EPERM;
    mutex_unlock(&to->s.channel.lock);
    while (err == -EAGAIN) {
        err = deliver(to, message, queue_is_full);
        if (err == -EAGAIN) {
            err = wait_for_queue(to, u, nonblock, deadline);
            if (err != 0)
                break;
            err = -EAGAIN; /* try again */
        }
    }
    if (err == 0)
        return (ssize_t)n;
    throw_away(message);
    return err;
}

/* A connected peer is gone: u is connected to nobody. */
static void lose_peer(struct unix_socket *u, struct unix_socket *peer)
{
    mutex_lock(&u->s.channel.lock);
    bool still = u->peer == peer;
    if (still) {
        u->peer = NULL;
        store_relaxed(&u->state, UNIX_CLOSED);
    }
    mutex_unlock(&u->s.channel.lock);
    if (still) {
        unix_set_client(u, NULL);
        unix_put(peer);
    }
}

ssize_t unix_dgram_send(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct unix_socket *u = unix_of(s), *to = NULL;
    int err = 0;
    if (m->flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (m->address.length != 0)
        err = unix_check_address(&m->address);
    else if ((to = unix_peer(u)) == NULL)
        err = -ENOTCONN;
    if (err == 0 && socket_flag(s, SO_PASSCRED))
        err = unix_autobind(u);
    bool named = to == NULL;
    if (err == 0 && named)
        err = unix_find(&m->address, s->type, &to);
    ssize_t n = err;
    if (err == 0)
        n = send_whole(u, to, m, nonblock);
    if (n == -ECONNREFUSED && !named)
        lose_peer(u, to);
    unix_put(to);
    return n;
}

ssize_t unix_packet_send(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct unix_socket *u = unix_of(s);
    int err = socket_take_error(s);
    if (m->flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (err != 0)
        return err;
    struct unix_socket *to = unix_peer(u);
    if (load_relaxed(&u->state) != UNIX_CONNECTED || to == NULL) {
        unix_put(to);
        return -ENOTCONN;
    }
    ssize_t n = send_whole(u, to, m, nonblock);
    unix_put(to);
    return n;
}

/* Waits for a message, an error or the end, with `reader` held but while it sleeps. 0: a message;
 * 1: the end; −errno. */
static int wait_for_message(struct unix_socket *u, bool nonblock, uint64_t deadline)
{
    int err = 0;
    for (;;) {
        mutex_lock(&u->s.channel.lock);
        bool empty = list_empty(&u->queue);
        bool news = load_relaxed(&u->s.error) != 0 || has_shut(u, UNIX_SHUT_RD);
        if (!empty || news || nonblock || err != 0) {
            mutex_unlock(&u->s.channel.lock);
            if (!empty)
                return 0;
            int pending = socket_take_error(&u->s);
            if (pending != 0)
                return pending;
            return has_shut(u, UNIX_SHUT_RD) ? 1 : err != 0 ? err : -EAGAIN;
        }
        mutex_unlock(&u->reader);
        err = socket_wait_error(wait_unlocked(&u->s.channel.lock, &u->s.can_read, deadline),
                                deadline);
        mutex_unlock(&u->s.channel.lock);
        mutex_lock(&u->reader);
    }
}

/* The first message of the queue, or the next one. `reader` is held. */
static struct unix_message *next_message(struct unix_socket *u, struct unix_message *after)
{
    mutex_lock(&u->s.channel.lock);
    struct list *next = after == NULL ? u->queue.next : after->link.next;
    mutex_unlock(&u->s.channel.lock);
    return next != &u->queue ? list_entry(next, struct unix_message, link) : NULL;
}

/* Takes a message that was read off the queue and frees it. `reader` is held. */
static void consume(struct unix_socket *u, struct unix_message *m)
{
    bool files = m->ancillary.nr_files != 0;
    if (files)
        unix_flight_lock();
    mutex_lock(&u->s.channel.lock);
    bool was_full = u->nr_queued > LOCAL_DATAGRAMS_MAX;
    unix_dequeue(u, m);
    mutex_unlock(&u->s.channel.lock);
    if (files)
        unix_flight_unlock();
    if (was_full && !unix_is_stream(u)) {
        wake_all(&u->has_place);
        unix_wake_clients(u);
    }
    throw_away(m);
}

/* What a message carries besides its bytes. `reader` is held. 0 or −ENOMEM. */
static int take_ancillary(struct unix_message *m, struct socket_message *call)
{
    struct socket_ancillary *a = &call->ancillary;
    a->has_creds = true;
    a->creds = m->ancillary.has_creds ? m->ancillary.creds : (struct ucred){0, 65534, 65534};
    if (m->ancillary.nr_files == 0)
        return 0;
    unix_flight_lock();
    int err = unix_take_files(m, a, call->flags & MSG_PEEK);
    unix_flight_unlock();
    return err;
}

static void tell_sender(struct unix_message *m, struct socket_message *call)
{
    /* Who has no name is told by an address of no length, as on Linux. */
    if (call->wants_address && load_relaxed(&m->from->name) != NULL)
        unix_tell_name(m->from, &call->address);
}

/* −EAGAIN of a datagram socket that was shut down, but not of a packet socket, is no end. */
ssize_t unix_dgram_receive(struct socket *s, struct socket_message *call, bool nonblock)
{
    struct unix_socket *u = unix_of(s);
    uint64_t deadline = socket_deadline(&s->options.rcvtimeo);
    bool blocks = is_blocking(call, nonblock);
    if (call->flags & MSG_OOB)
        return -EOPNOTSUPP;
    ssize_t n = socket_take_error(s); /* before what is there, other than a stream */
    if (n != 0)
        return n;
    mutex_lock(&u->reader);
    n = wait_for_message(u, !blocks, deadline);
    if (n == 1)
        n = blocks || unix_connects(u) ? 0 : -EAGAIN;
    else if (n == 0) {
        struct unix_message *m = next_message(u, NULL);
        size_t copy = MIN(m->length, call->io.left);
        n = take_ancillary(m, call);
        if (n == 0 && io_copy_to(&call->io, m->data, copy) != copy)
            n = -EFAULT;
        if (n == 0) {
            tell_sender(m, call);
            n = (ssize_t)(call->flags & MSG_TRUNC ? m->length : copy);
            call->is_flags |= copy < m->length ? MSG_TRUNC : 0;
        }
        if (!(call->flags & MSG_PEEK))
            consume(u, m); /* after a fault, too, as on Linux */
    }
    mutex_unlock(&u->reader);
    return n;
}

ssize_t unix_packet_receive(struct socket *s, struct socket_message *call, bool nonblock)
{
    if (load_relaxed(&unix_of(s)->state) != UNIX_CONNECTED)
        return -ENOTCONN;
    return unix_dgram_receive(s, call, nonblock);
}

/* Bytes of one writer, with his credentials, are not glued to another's. */
static bool may_glue(const struct unix_socket *u, const struct unix_message *m,
                     const struct socket_ancillary *a)
{
    const struct socket_ancillary *b = &m->ancillary;
    if (!socket_flag(&u->s, SO_PASSCRED))
        return true;
    return b->has_creds && a->creds.pid == b->creds.pid && a->creds.uid == b->creds.uid &&
           a->creds.gid == b->creds.gid;
}

/* Marks n bytes of the first message as read; wholly read it goes. */
static void advance(struct unix_socket *u, struct unix_message *m, size_t n)
{
    if (m->start + n == m->length) {
        consume(u, m);
        return;
    }
    mutex_lock(&u->s.channel.lock);
    m->start += n;
    u->queued -= n;
    mutex_unlock(&u->s.channel.lock);
}

/* Reads from messages that are there, while they may be read together. Bytes, *stop: no more after
 * them; −errno if none. `reader` is held. */
static ssize_t read_messages(struct unix_socket *u, struct socket_message *call, bool first,
                             bool *stop)
{
    struct unix_message *m = next_message(u, NULL), *next;
    bool peek = call->flags & MSG_PEEK;
    ssize_t done = 0;
    for (; m != NULL && !*stop; m = next) {
        size_t n = MIN(m->length - m->start, call->io.left);
        bool files = m->ancillary.nr_files != 0;
        if (!first && !may_glue(u, m, &call->ancillary)) {
            *stop = true;
            break;
        }
        size_t copied = io_copy_to(&call->io, m->data + m->start, n);
        if (copied != n) {
            io_rewind(&call->io, copied);
            *stop = true;
            return done > 0 ? done : -EFAULT;
        }
        if ((first || files) && take_ancillary(m, call) != 0)
            return done > 0 ? done : -ENOMEM;
        if (first)
            tell_sender(m, call);
        first = false;
        done += (ssize_t)n;
        *stop = files || call->io.left == 0;
        next = peek ? next_message(u, m) : NULL;
        if (!peek) {
            advance(u, m, n);
            next = next_message(u, NULL);
        }
    }
    return done;
}

ssize_t unix_stream_receive(struct socket *s, struct socket_message *call, bool nonblock)
{
    struct unix_socket *u = unix_of(s);
    uint64_t deadline = socket_deadline(&s->options.rcvtimeo);
    size_t all = call->io.left, target = MIN((size_t)load_relaxed(&s->options.rcvlowat), all);
    bool blocks = is_blocking(call, nonblock), stop = false, first = true;
    ssize_t done = 0, n = 0;
    if (call->flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (load_relaxed(&u->state) != UNIX_CONNECTED)
        return -EINVAL;
    if (call->flags & MSG_WAITALL)
        target = all;
    mutex_lock(&u->reader);
    do {
        n = wait_for_message(u, !blocks, deadline);
        if (n == 0) {
            n = read_messages(u, call, first, &stop);
            first = false;
            done += MAX(n, 0);
        } else {
            stop = true;
            n = n == 1 ? 0 : n;
        }
    } while (!stop && (size_t)done < target && !(call->flags & MSG_PEEK));
    mutex_unlock(&u->reader);
    return done > 0 ? done : n;
}

/* Datagrams: what u is connected to takes no more of u's. */
static bool peer_is_full(struct unix_socket *u)
{
    struct unix_socket *peer = unix_peer(u);
    if (peer == NULL)
        return false;
    mutex_lock(&peer->s.channel.lock);
    bool full = queue_is_full(peer, u);
    mutex_unlock(&peer->s.channel.lock);
    unix_put(peer);
    return full;
}

unsigned unix_poll(struct socket *s, struct poll_table *pt)
{
    struct unix_socket *u = unix_of(s);
    unsigned ready = 0, shut;
    poll_wait(pt, &s->can_read, POLLIN | POLLRDNORM | POLLRDHUP);
    poll_wait(pt, &s->can_write, POLLOUT | POLLWRNORM | POLLWRBAND);
    mutex_lock(&s->channel.lock);
    shut = load_relaxed(&u->shut);
    int state = load_relaxed(&u->state);
    if (!list_empty(&u->queue) || !list_empty(&u->pending) || shut & UNIX_SHUT_RD)
        ready |= POLLIN | POLLRDNORM;
    mutex_unlock(&s->channel.lock);
    if (load_relaxed(&s->error) != 0)
        ready |= POLLERR;
    if (shut & UNIX_SHUT_RD)
        ready |= POLLRDHUP;
    if (shut == UNIX_SHUT_BOTH || (unix_connects(u) && state == UNIX_CLOSED))
        ready |= POLLHUP;
    bool room = load_relaxed(&u->charged) * 4 <= (size_t)load_relaxed(&s->options.sndbuf);
    if (state != UNIX_LISTENING && room && (unix_is_stream(u) || !peer_is_full(u)))
        ready |= POLLOUT | POLLWRNORM | POLLWRBAND;
    return ready;
}

static long bytes_to_read(struct unix_socket *u)
{
    long n = -EINVAL;
    mutex_lock(&u->s.channel.lock);
    if (load_relaxed(&u->state) != UNIX_LISTENING)
        n = (long)u->queued;
    if (n > 0 && u->s.type == SOCK_DGRAM)
        n = (long)list_first(&u->queue, struct unix_message, link)->length;
    mutex_unlock(&u->s.channel.lock);
    return n;
}

long unix_ioctl(struct socket *s, unsigned cmd, unsigned long arg)
{
    struct unix_socket *u = unix_of(s);
    long n;
    switch (cmd) {
    case FIONREAD:
        n = bytes_to_read(u);
        return n < 0 ? n : put_user_u32(user_ptr(arg), (uint32_t)n);
    case SIOCOUTQ:
        return put_user_u32(user_ptr(arg), (uint32_t)load_relaxed(&u->charged));
    default:
        return -ENOTTY;
    }
}
