/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: TCP sockets: how they come to be connected, and how they go.
 *
 *     FREE ── listen ──► LISTENING ── shutdown ──► FREE
 *      ├──── connect ──► CONNECTING ──► CONNECTED   (what connect(2) was told; lwIP may be ahead)
 *      │                    └── refused, told by connect(2) ──► FREE
 *      └──── accept makes one that is CONNECTED
 *
 * Locks: see tcp.h.
 */
#include "tcp.h"
#include "error_queue.h"
#include "net_limits.h"

#include <asm/socket.h>
#include <hermit/kmalloc.h>

#include "icmp_error.h"
#include "lwip/priv/tcp_priv.h"

static const struct socket_ops tcp_ops;
static _Atomic unsigned nr_sockets;

static void tcp_free_socket(struct channel *c)
{
    struct tcp_socket *t = tcp_of(socket_of(c));
    tcp_fastopen_free(t);
    kfree(t);
    sub_relaxed(&nr_sockets, 1);
}

static struct tcp_socket *alloc(int family)
{
    struct tcp_socket *t = kzalloc(sizeof(*t));
    if (t == NULL)
        return NULL;
    inet_init(&t->i, &tcp_ops, family, SOCK_STREAM, IPPROTO_TCP, tcp_free_socket);
    mutex_init(&t->reader, "tcp.reader");
    list_init(&t->corked);
    list_init(&t->marks);
    list_init(&t->awaiting);
    list_init(&t->arrivals);
    list_init(&t->pending);
    list_init(&t->waiting);
    list_init(&t->silent);
    t->quickack = true;
    t->quick_acks = TCP_QUICK_ACKS;
    store_relaxed(&t->i.s.options.rcvbuf, TCP_RCVBUF_DEFAULT);
    store_relaxed(&t->i.s.options.sndbuf, TCP_SNDBUF_DEFAULT);
    t->keep_idle = TCP_KEEPIDLE_DEFAULT / 1000;
    t->keep_interval = TCP_KEEPINTVL_DEFAULT / 1000;
    t->keep_count = TCP_KEEPCNT_DEFAULT;
    add_relaxed(&nr_sockets, 1);
    return t;
}

unsigned tcp_socket_count(void)
{
    return load_relaxed(&nr_sockets);
}

static void wake_both(struct tcp_socket *t)
{
    wake_all(&t->i.s.can_read);
    wake_all(&t->i.s.can_write);
}

/* Linux's errno for the end of a connection. */
static int errno_of_end(const struct tcp_socket *t, err_t err)
{
    if (err == ERR_CLSD)
        return 0; /* both sides have said so */
    if (err != ERR_RST)
        return ETIMEDOUT;
    if (!t->established)
        return ECONNREFUSED;
    return t->at_end && !(t->i.shut & INET_SHUT_WR) ? EPIPE : ECONNRESET;
}

/* --- TCP_DEFER_ACCEPT */

static unsigned nr_silent; /* net_core */

bool tcp_has_silent(void)
{
    return nr_silent > 0;
}

void tcp_end_defer(struct tcp_socket *t)
{
    struct tcp_socket *l = t->defers;
    t->defers = NULL;
    nr_silent--;
    list_remove(&t->waiting);
    list_push_back(&l->pending, &t->waiting);
    wake_all(&l->i.s.can_read);
}

/* It is gone before it said anything: for whoever listens it has never been. */
static void drop_silent(struct tcp_socket *t)
{
    t->defers->nr_pending--;
    t->defers = NULL;
    nr_silent--;
    list_remove(&t->waiting);
    channel_put(&t->i.s.channel);
}

void tcp_end_defers(void)
{
    uint64_t now = clock_monotonic();
    for (struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb != NULL; pcb = pcb->next) {
        struct tcp_socket *l = pcb->callback_arg;
        list_for_each_safe (it, next, &l->silent) {
            struct tcp_socket *t = list_entry(it, struct tcp_socket, waiting);
            if (t->defers_until <= now)
                tcp_end_defer(t);
        }
    }
}

/* A connection that has come can be accepted, or is waited for to say something. */
static void enqueue(struct tcp_socket *l, struct tcp_socket *t)
{
    l->nr_pending++;
    t->defers = l;
    nr_silent++;
    list_push_back(&l->silent, &t->waiting);
    if (l->defer_accept == 0) {
        tcp_end_defer(t);
        return;
    }
    t->defers_until = time_after(clock_monotonic(), seconds_to_ns(l->defer_accept));
    net_timers_changed();
}

/* --- */

/* Called by lwIP: the control block is gone. */
static void ended(void *arg, err_t err)
{
    struct tcp_socket *t = arg;
    int error = errno_of_end(t, err);
    tcp_fastopen_ended(t, err == ERR_RST);
    if (unlikely(t->fastopen.asked) && err == ERR_RST)
        tcp_fastopen_check_end(t);
    t->i.pcb.tcp = NULL;
    if (t->defers != NULL) {
        drop_silent(t);
        return;
    }
    if (error != 0)
        store_relaxed(&t->i.s.error, error);
    t->i.shut = INET_SHUT_BOTH;
    t->unacked = 0;
    list_remove(&t->corked);
    if (unlikely(!list_empty(&t->marks)))
        tcp_marks_end(t);
    wake_both(t);
}

struct tcp_socket *tcp_socket_of(const struct tcp_pcb *pcb)
{
    return pcb->errf == ended ? pcb->callback_arg : NULL;
}

/* Takes the socket out of its block's callbacks, so that lwIP can keep that as long as it wants. */
static struct tcp_pcb *detach(struct tcp_socket *t)
{
    struct tcp_pcb *pcb = t->i.pcb.tcp;
    tcp_fastopen_ended(t, false);
    t->i.pcb.tcp = NULL;
    t->unacked = 0;
    list_remove(&t->corked);
    if (unlikely(!list_empty(&t->marks)))
        tcp_marks_end(t);
    tcp_arg(pcb, NULL);
    if (pcb->state == LISTEN)
        return pcb;
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    return pcb;
}

static void attach(struct tcp_socket *t, struct tcp_pcb *pcb)
{
    t->i.pcb.tcp = pcb;
    tcp_arg(pcb, t);
    tcp_recv(pcb, tcp_bytes_arrived);
    tcp_sent(pcb, tcp_bytes_acked);
    tcp_err(pcb, ended);
    tcp_apply_options(t);
}

/* Gives the socket a control block if it has none. 0 or −ENOBUFS. */
static int need_pcb(struct tcp_socket *t)
{
    if (t->i.pcb.tcp != NULL)
        return 0;
    struct tcp_pcb *pcb = tcp_new_ip_type(inet_pcb_type(&t->i));
    if (pcb == NULL)
        return -ENOBUFS;
    attach(t, pcb);
    return 0;
}

/* As on Linux, what ends a handshake that a peer has begun. */
static bool is_without_way(const struct icmp_error *e)
{
    return e->error == ENETUNREACH || e->error == EHOSTUNREACH || e->error == EPROTO;
}

/* An ICMP message ends an attempt to connect; an established connection outlives it, and so does
 * one that was accepted while it was on its way. */
void lwip_port_tcp_error(struct tcp_pcb *pcb, const struct icmp_error *e)
{
    struct tcp_socket *t = tcp_socket_of(pcb);
    if (t == NULL && pcb->state == SYN_RCVD && is_without_way(e))
        tcp_abandon(pcb, 0);
    if (t == NULL ||
        !(pcb->state == SYN_SENT || (pcb->state == SYN_RCVD && !list_empty(&t->waiting))))
        return;
    detach(t);
    t->i.shut = INET_SHUT_BOTH;
    store_relaxed(&t->i.s.error, e->error);
    tcp_abandon(pcb, 0);
    wake_both(t);
}

static void remember_names(struct tcp_socket *t)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    t->local = (struct inet_name){pcb->local_ip, pcb->local_port};
    t->remote = (struct inet_name){pcb->remote_ip, pcb->remote_port};
}

static int bind_pcb(struct tcp_socket *t, const struct inet_name *name)
{
    int err = need_pcb(t);
    if (err != 0)
        return err;
    err = net_errno(tcp_bind(t->i.pcb.tcp, &name->ip, name->port));
    if (err != 0)
        return err == -EADDRNOTAVAIL ? -EADDRINUSE : err; /* no port is free */
    t->local = (struct inet_name){t->i.pcb.tcp->local_ip, t->i.pcb.tcp->local_port};
    return 0;
}

static int tcp_bind_name(struct socket *s, const struct socket_address *to)
{
    struct tcp_socket *t = tcp_of(s);
    struct inet_name name;
    net_lock();
    int err = inet_read_bind_name(&t->i, to, &name);
    if (err == 0 && (t->phase != TCP_FREE || inet_local_port(&t->i) != 0))
        err = -EINVAL;
    if (err == 0)
        err = bind_pcb(t, &name);
    if (err == 0) {
        t->i.has_port = name.port != 0;
        t->i.has_address = !ip_addr_isany_val(name.ip);
    }
    net_unlock();
    return err;
}

/* Called by lwIP. */
static err_t connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct tcp_socket *t = arg;
    (void)pcb;
    (void)err; /* always ERR_OK */
    if (t != NULL) {
        t->established = true;
        remember_names(t);
        wake_both(t);
    }
    return ERR_OK;
}

int tcp_begin_connect(struct tcp_socket *t, const struct socket_address *to, bool hold)
{
    struct inet_name name;
    struct netif *netif;
    int err = inet_read_name(&t->i, to, &name);
    if (err == 0)
        err = need_pcb(t);
    if (err != 0)
        return err;
    struct tcp_pcb *pcb = t->i.pcb.tcp;
    ip_addr_t from = pcb->local_ip;
    if (!ip_addr_isany_val(from) && IP_GET_TYPE(&from) != IP_GET_TYPE(&name.ip))
        return -ENETUNREACH;
    err = inet_route(&name.ip, &from, &netif);
    if (err != 0)
        return err;
    t->i.shut = 0;
    t->at_end = t->end_read = t->established = false;
    tcp_fastopen_forget(t);
    pcb->fastopen = hold ? TCP_FO_HELD : 0;
    err_t result = tcp_connect(pcb, &name.ip, name.port, connected);
    if (result != ERR_OK)
        return result == ERR_USE ? -EADDRNOTAVAIL : net_errno(result);
    t->phase = TCP_CONNECTING;
    return 0;
}

/* Back to FREE, with a RST if there was a connection. Its own name stays if bind(2) gave it. */
static void disconnect(struct tcp_socket *t)
{
    struct inet_name own = t->local;
    bool listened = t->phase == TCP_LISTENING;
    if (t->i.pcb.tcp != NULL) {
        struct tcp_pcb *pcb = detach(t);
        if (listened)
            tcp_close(pcb);
        else
            tcp_abort(pcb);
    }
    t->phase = TCP_FREE;
    t->local = t->remote = (struct inet_name){0};
    t->at_end = false;
    tcp_fastopen_forget(t);
    tcp_drop_bytes(t);
    if (own.port != 0 && (t->i.has_port || listened))
        (void)bind_pcb(t, &own); /* unless somebody else has it now */
    wake_both(t);
}

int tcp_end_connect(struct tcp_socket *t)
{
    if (tcp_is_open(t)) {
        t->phase = TCP_CONNECTED;
        return 0;
    }
    int err = socket_take_error(&t->i.s);
    if (t->at_end && err == 0) { /* it came, and has gone already */
        t->phase = TCP_CONNECTED;
        return 0;
    }
    disconnect(t);
    t->i.shut = 0;
    return err != 0 ? err : -ECONNABORTED;
}

static int begin_connect(struct tcp_socket *t, const struct socket_address *to)
{
    int err = tcp_begin_connect(t, to, t->fastopen.connect);
    return err == 0 && t->fastopen.connect ? tcp_fastopen_defer(t) : err;
}

static int tcp_connect_name(struct socket *s, const struct socket_address *to, bool nonblock)
{
    struct tcp_socket *t = tcp_of(s);
    uint64_t deadline = socket_deadline(&s->options.sndtimeo);
    int waiting = -EINPROGRESS;
    if (to->length < sizeof(to->family))
        return -EINVAL;
    inet_await_address(&t->i, to);
    net_lock();
    int err = 0;
    if (to->family == AF_UNSPEC) {
        disconnect(t);
        t->i.shut = 0;
        net_unlock();
        return 0;
    }
    if (t->phase == TCP_CONNECTED || t->phase == TCP_LISTENING)
        err = -EISCONN;
    else if (load_relaxed(&t->fastopen.deferred))
        err = -EISCONN;
    else if (t->phase == TCP_CONNECTING)
        waiting = -EALREADY;
    else
        err = begin_connect(t, to);
    bool defers = load_relaxed(&t->fastopen.deferred);
    if (err == 0 && !defers)
        err = inet_wait(&s->can_write, !tcp_is_connecting(t), nonblock, deadline);
    if (err == -EAGAIN)
        err = waiting;
    else if (err == 0 && !defers)
        err = tcp_end_connect(t);
    net_unlock();
    return err;
}

/* The socket of a connection that has come for a listening one. NULL: out of memory. */
static struct tcp_socket *make_child(struct tcp_socket *l, struct tcp_pcb *pcb)
{
    struct tcp_socket *t = alloc(l->i.s.family);
    struct socket_options *o = &t->i.s.options, *from = &l->i.s.options;
    if (t == NULL)
        return NULL;
    store_relaxed(&o->flags, load_relaxed(&from->flags));
    store_relaxed(&o->fixed, load_relaxed(&from->fixed));
    store_relaxed(&o->sndbuf, load_relaxed(&from->sndbuf));
    store_relaxed(&o->rcvbuf, load_relaxed(&from->rcvbuf));
    store_relaxed(&o->priority, load_relaxed(&from->priority));
    store_relaxed(&o->mark, load_relaxed(&from->mark));
    store_relaxed(&o->rcvlowat, load_relaxed(&from->rcvlowat));
    store_relaxed(&o->linger, load_relaxed(&from->linger));
    store_relaxed(&o->sndtimeo, load_relaxed(&from->sndtimeo));
    store_relaxed(&o->rcvtimeo, load_relaxed(&from->rcvtimeo));
    t->i.v6only = l->i.v6only;
    t->i.ttl = l->i.ttl;
    t->i.tos = l->i.tos;
    t->i.device = l->i.device;
    t->i.reuseport = l->i.reuseport;
    t->i.flags = l->i.flags;
    t->i.stamping = l->i.stamping;
    t->i.stamp_form = l->i.stamp_form;
    t->nodelay = l->nodelay;
    t->keep_idle = l->keep_idle;
    t->keep_interval = l->keep_interval;
    t->keep_count = l->keep_count;
    t->segment_max = l->segment_max;
    t->window_clamp = l->window_clamp;
    t->notsent_lowat = l->notsent_lowat;
    t->user_timeout = l->user_timeout;
    t->syn_count = l->syn_count;
    t->linger2 = l->linger2;
    t->phase = TCP_CONNECTED;
    t->established = true;
    attach(t, pcb);
    remember_names(t);
    return t;
}

/* Called by lwIP when a connection has come; pcb NULL: there was no memory for it. */
static err_t came(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct tcp_socket *l = arg, *t = NULL;
    if (err != ERR_OK || pcb == NULL)
        return ERR_VAL;
    /* Connections that ended while they waited do not count for lwIP, but they do here. */
    if (l->nr_pending <= l->backlog)
        t = make_child(l, pcb);
    if (t == NULL) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    tcp_backlog_delayed(pcb); /* it counts until accept(2) has taken it */
    enqueue(l, t);
    return ERR_OK;
}

/* One more waits than the program allows, as on Linux: as far as lwIP counts. */
static u16_t lwip_backlog(const struct tcp_socket *t)
{
    return (u16_t)MIN(t->backlog + 1, UINT16_MAX);
}

struct tcp_socket *tcp_come_early(struct tcp_socket *l, struct tcp_pcb *pcb)
{
    struct tcp_socket *t = l->nr_pending <= l->backlog ? make_child(l, pcb) : NULL;
    if (t == NULL)
        return NULL;
    l->nr_pending++;
    list_push_back(&l->pending, &t->waiting);
    wake_all(&l->i.s.can_read);
    return t;
}

static int begin_listen(struct tcp_socket *t)
{
    struct inet_name any = {.port = 0};
    struct tcp_pcb *pcb;
    err_t result;
    IP_SET_TYPE_VAL(any.ip, inet_pcb_type(&t->i));
    int err = inet_local_port(&t->i) == 0 ? bind_pcb(t, &any) : 0;
    if (err == 0)
        err = tcp_fastopen_listens(t);
    if (err != 0)
        return err;
    pcb = tcp_listen_with_backlog_and_err(t->i.pcb.tcp, lwip_backlog(t), &result);
    if (pcb == NULL)
        return net_errno(result);
    t->i.pcb.tcp = pcb;
    tcp_accept(pcb, came);
    t->phase = TCP_LISTENING;
    tcp_apply_options(t);
    t->i.shut = 0;
    return 0;
}

static int tcp_listen_socket(struct socket *s, unsigned backlog)
{
    struct tcp_socket *t = tcp_of(s);
    int err = 0;
    net_lock();
    t->backlog = MIN(backlog, load_relaxed(&net_limits.somaxconn));
    if (t->phase == TCP_LISTENING)
        tcp_backlog_set(t->i.pcb.tcp, lwip_backlog(t));
    else if (t->phase == TCP_FREE)
        err = begin_listen(t);
    else
        err = -EINVAL;
    net_unlock();
    return err;
}

static int tcp_accept_child(struct socket *s, bool nonblock, struct socket **child)
{
    struct tcp_socket *l = tcp_of(s);
    net_lock();
    int err = inet_wait(&s->can_read, !list_empty(&l->pending) || l->phase != TCP_LISTENING,
                        nonblock, socket_deadline(&s->options.rcvtimeo));
    if (err == 0 && list_empty(&l->pending))
        err = -EINVAL; /* it does not listen, or not any more */
    if (err == 0) {
        struct tcp_socket *t = list_first(&l->pending, struct tcp_socket, waiting);
        list_remove(&t->waiting);
        l->nr_pending--;
        if (t->i.pcb.tcp != NULL)
            tcp_backlog_accepted(t->i.pcb.tcp);
        *child = &t->i.s;
    }
    net_unlock();
    return err;
}

static int tcp_name(struct socket *s, bool peer, struct socket_address *a)
{
    struct tcp_socket *t = tcp_of(s);
    const struct inet_name *name = peer ? &t->remote : &t->local;
    struct inet_name now;
    int err = 0;
    net_lock();
    if (!peer && t->i.pcb.tcp != NULL) { /* while it connects it has one already */
        now = (struct inet_name){t->i.pcb.tcp->local_ip, t->i.pcb.tcp->local_port};
        name = &now;
    }
    /* A connection that ended before accept(2) took it still has a peer. */
    if (peer && (t->remote.port == 0 || (!tcp_is_open(t) && peek(s->file) == NULL)))
        err = -ENOTCONN;
    else
        inet_write_name(&t->i, &name->ip, name->port, a);
    net_unlock();
    return err;
}

/* Ends the connections that wait for accept(2), or were refused by it. */
static void drop_pending(struct tcp_socket *l)
{
    while (!list_empty(&l->silent))
        tcp_end_defer(list_first(&l->silent, struct tcp_socket, waiting));
    while (!list_empty(&l->pending)) {
        struct tcp_socket *t = list_first(&l->pending, struct tcp_socket, waiting);
        list_remove(&t->waiting);
        if (t->i.pcb.tcp != NULL)
            tcp_abort(detach(t));
        tcp_drop_bytes(t);
        channel_put(&t->i.s.channel);
    }
    l->nr_pending = 0;
    tcp_fastopen_stop(l);
}

static int shut_connection(struct tcp_socket *t, enum shutdown_how how)
{
    unsigned sides = (unsigned)how + 1;
    bool was_open = tcp_is_open(t);
    if (sides & INET_SHUT_WR && was_open && !(t->i.shut & INET_SHUT_WR)) {
        list_remove(&t->corked);
        (void)tcp_shutdown(t->i.pcb.tcp, 0, 1); /* without memory lwIP tries again by itself */
    }
    t->i.shut |= sides;
    wake_both(t);
    return was_open ? 0 : -ENOTCONN;
}

static int tcp_shutdown_socket(struct socket *s, enum shutdown_how how)
{
    struct tcp_socket *t = tcp_of(s);
    int err = 0;
    net_lock();
    if (t->phase == TCP_LISTENING) {
        if (how != SHUT_WR) {
            drop_pending(t);
            disconnect(t);
        }
    } else if (tcp_is_connecting(t)) {
        store_relaxed(&s->error, ECONNRESET);
        disconnect(t);
    } else {
        err = shut_connection(t, how);
    }
    net_unlock();
    return err;
}

/* SO_LINGER: waits until all that was sent has been acknowledged, as long as the option says. */
static void linger(struct tcp_socket *t, int seconds)
{
    uint64_t deadline = time_after(clock_monotonic(), seconds_to_ns((uint64_t)seconds));
    (void)tcp_shutdown(t->i.pcb.tcp, 0, 1);
    t->lingers = true;
    (void)inet_wait(&t->i.s.can_write, t->unacked == 0 || !tcp_is_open(t), false, deadline);
}

static void tcp_close_socket(struct socket *s)
{
    struct tcp_socket *t = tcp_of(s);
    int seconds = load_relaxed(&s->options.linger);
    poke(s->file, NULL);
    net_lock();
    bool listened = t->phase == TCP_LISTENING;
    bool unread = t->queued > 0;
    drop_pending(t);
    if (!listened && seconds > 0 && !unread && tcp_is_open(t) && !tcp_is_connecting(t))
        linger(t, seconds);
    if (t->i.pcb.tcp != NULL) {
        bool reset = tcp_is_open(t) && (unread || seconds == 0);
        if (unlikely(t->fastopen.asked) && !tcp_is_connecting(t))
            tcp_fastopen_check_end(t);
        struct tcp_pcb *pcb = detach(t);
        if (reset)
            tcp_abort(pcb);
        else
            (void)tcp_close(pcb); /* never fails: without memory lwIP tries again by itself */
    }
    tcp_drop_bytes(t);
    if (unlikely(!list_empty(&t->i.errors)))
        error_queue_drop(&t->i, true);
    net_unlock();
}

static ssize_t tcp_get_option(struct socket *s, int name, void *value, size_t size)
{
    net_lock();
    bool listens = tcp_of(s)->phase == TCP_LISTENING;
    net_unlock();
    ssize_t n = inet_get_socket_option(inet_of(s), name, value, size);
    return n != -ENOPROTOOPT ? n : socket_get_stranger_option(name, listens, value, size);
}

static void tcp_options_changed(struct socket *s)
{
    net_lock();
    tcp_apply_options(tcp_of(s));
    net_unlock();
}

static const struct socket_ops tcp_ops = {
    .bind = tcp_bind_name,
    .connect = tcp_connect_name,
    .listen = tcp_listen_socket,
    .accept = tcp_accept_child,
    .name = tcp_name,
    .send = tcp_send_message,
    .receive = tcp_receive_message,
    .shutdown = tcp_shutdown_socket,
    .poll = tcp_poll_socket,
    .ioctl = tcp_ioctl,
    .get_option = tcp_get_option,
    .set_option = inet_set_socket_option,
    .set_level = tcp_set_level,
    .get_level = tcp_get_level,
    .changed = tcp_options_changed,
    .close = tcp_close_socket,
};

struct inet_socket *tcp_socket_create(int family)
{
    struct tcp_socket *t = alloc(family);
    if (t == NULL)
        return NULL;
    net_lock();
    int err = net_start();
    net_unlock();
    if (err == 0)
        return &t->i;
    channel_put(&t->i.s.channel);
    return NULL;
}
