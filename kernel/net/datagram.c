/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: what sockets of datagrams have received, and what they are told of errors.
 *
 * Locks: see inet.h.
 */
#include "datagram.h"
#include "error_queue.h"

#include <asm/ioctls.h>
#include <asm/socket.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <linux/poll.h>
#include <linux/sockios.h>

#include "icmp_error.h"
#include "lwip/ip.h"
#include "lwip/pbuf.h"

#define OVERHEAD 256 /* of the receiver's buffer, for each datagram */

void datagram_init(struct datagram_socket *d, const struct socket_ops *ops, int family, int type,
                   int protocol, void (*free)(struct channel *))
{
    inet_init(&d->i, ops, family, type, protocol, free);
    list_init(&d->queue);
    multicast_init(&d->multicast);
}

void datagram_end(struct datagram_socket *d)
{
    multicast_leave_all(d);
    error_queue_drop(&d->i, true);
    list_for_each_safe (it, next, &d->queue) {
        struct datagram *g = list_entry(it, struct datagram, link);
        pbuf_free(g->data);
        kfree(g);
    }
}

static bool has_room(const struct datagram_socket *d)
{
    return d->charged + d->i.errors_charged <= (size_t)load_relaxed(&d->i.s.options.rcvbuf);
}

/* Notes what the headers of the packet that is being received say. */
static void note_way(const struct datagram_socket *d, struct datagram *g)
{
    const ip_addr_t *to = ip_current_dest_addr();
    struct netif *netif = ip_current_input_netif();
    if (d->i.flags & INET_WANTS_STAMP)
        g->stamp = clock_realtime();
    g->device = netif_get_index(netif);
    ip_addr_copy(g->to, *to);
    if (ip_current_is_v6()) {
        g->ttl = IP6H_HOPLIM(ip6_current_header());
        g->tos = (uint8_t)IP6H_TC(ip6_current_header());
        return;
    }
    g->ttl = IPH_TTL(ip4_current_header());
    g->tos = IPH_TOS(ip4_current_header());
    bool group = ip_addr_ismulticast(to) || ip4_addr_isbroadcast(ip_2_ip4(to), netif);
    g->local = group ? *netif_ip4_addr(netif) : *ip_2_ip4(to);
}

void datagram_arrived(struct datagram_socket *d, struct pbuf *p, const ip_addr_t *from,
                      uint16_t port)
{
    struct datagram *g = has_room(d) ? kmalloc(sizeof(*g)) : NULL;
    if (g == NULL) {
        d->drops++;
        pbuf_free(p);
        return;
    }
    g->data = p;
    ip_addr_copy(g->from.ip, *from);
    g->from.port = port;
    g->device = 0;
    g->stamp = 0;
    if (unlikely(d->i.flags & INET_WANTS))
        note_way(d, g);
    list_push_back(&d->queue, &g->link);
    d->charged += p->tot_len + OVERHEAD;
    wake_all(&d->i.s.can_read);
}

/* ---- Errors ---- */

static void tell_error(struct datagram_socket *d, int error)
{
    if (error != 0)
        store_relaxed(&d->i.s.error, error);
    wake_all(&d->i.s.can_read);
    wake_all(&d->i.s.can_write);
}

/* The bytes that the message quotes; NULL: none, or out of memory. */
static struct pbuf *quoted_bytes(const struct icmp_error *e)
{
    uint16_t size =
        e->message->tot_len > e->payload ? (uint16_t)(e->message->tot_len - e->payload) : 0;
    struct pbuf *p = size != 0 ? pbuf_alloc(PBUF_RAW, size, PBUF_RAM) : NULL;
    if (p != NULL)
        pbuf_copy_partial(e->message, p->payload, size, e->payload);
    return p;
}

void datagram_failed(struct datagram_socket *d, const struct icmp_error *e)
{
    bool v6 = IP_IS_V6(e->remote), too_big = e->error == EMSGSIZE;
    if (too_big && d->i.discover[v6] == IP_PMTUDISC_DONT)
        return;
    if (too_big && datagram_is_connected(d))
        d->path_mtu = (uint16_t)MIN(e->info, (uint32_t)UINT16_MAX);
    if (d->i.flags & (v6 ? INET_RECVERR6 : INET_RECVERR)) {
        struct queued_error queued = {.data = quoted_bytes(e), .to.port = e->remote_port};
        queued.error.ee_errno = (uint32_t)e->error;
        queued.error.ee_origin = v6 ? SO_EE_ORIGIN_ICMP6 : SO_EE_ORIGIN_ICMP;
        queued.error.ee_type = e->type;
        queued.error.ee_code = e->code;
        queued.error.ee_info = too_big ? e->info : 0;
        ip_addr_copy(queued.to.ip, *e->remote);
        ip_addr_copy(queued.offender, *ip_current_src_addr());
        if (d->i.flags & INET_WANTS_STAMP)
            queued.stamp = clock_realtime();
        error_queue_add(&d->i, &queued, d->charged);
    } else if (!datagram_is_connected(d) || !(e->fatal || too_big)) {
        return;
    }
    tell_error(d, e->error);
}

void datagram_too_big(struct datagram_socket *d, const struct inet_name *to, uint32_t mtu)
{
    struct queued_error queued = {.to = *to};
    if (!(d->i.flags & (IP_IS_V6_VAL(to->ip) ? INET_RECVERR6 : INET_RECVERR)))
        return;
    queued.error.ee_errno = EMSGSIZE;
    queued.error.ee_origin = SO_EE_ORIGIN_LOCAL;
    queued.error.ee_info = mtu;
    error_queue_add(&d->i, &queued, d->charged);
    tell_error(d, 0);
}

/* ---- Calls ---- */

/* Waits for the first datagram, and takes it off the queue, or makes another one of its data. 0,
 * 1: shut down, −errno. Locked. */
static int take(struct datagram_socket *d, bool peek, bool nonblock, struct datagram **taken)
{
    struct socket *s = &d->i.s;
    int err = inet_wait(&s->can_read,
                        !list_empty(&d->queue) || load_relaxed(&s->error) != 0 ||
                            (!nonblock && d->i.shut & INET_SHUT_RD),
                        nonblock, socket_deadline(&s->options.rcvtimeo));
    int pending = socket_take_error(s);
    if (err != 0 || pending != 0)
        return pending != 0 ? pending : err;
    if (list_empty(&d->queue))
        return 1;
    struct datagram *g = list_first(&d->queue, struct datagram, link);
    *taken = g;
    if (peek) {
        *taken = kmalloc(sizeof(*g));
        if (*taken == NULL)
            return -ENOBUFS;
        **taken = *g;
        pbuf_ref(g->data);
        return 0;
    }
    list_unlink(&g->link);
    d->charged -= g->data->tot_len + OVERHEAD;
    return 0;
}

ssize_t datagram_receive(struct socket *s, struct socket_message *call, bool nonblock)
{
    struct datagram_socket *d = datagram_of(s);
    struct datagram *g;
    if (call->flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (call->flags & MSG_ERRQUEUE)
        return error_queue_receive(&d->i, call);
    net_lock();
    int err = take(d, call->flags & MSG_PEEK, !inet_blocks(call, nonblock), &g);
    net_unlock();
    if (err != 0)
        return err == 1 ? 0 : err;
    size_t size = g->data->tot_len, n = MIN(size, call->io.left);
    if (inet_copy_out(&call->io, g->data, 0, n) != n)
        err = -EFAULT; /* the datagram is lost, as on Linux */
    if (call->wants_address)
        inet_write_name(&d->i, &g->from.ip, g->from.port, &call->address);
    if (n < size)
        call->is_flags |= MSG_TRUNC;
    if (unlikely(d->i.flags & INET_WANTS) && err == 0)
        err = datagram_tell(d, g, call);
    net_lock();
    pbuf_free(g->data);
    net_unlock();
    kfree(g);
    return err != 0 ? err : (ssize_t)(call->flags & MSG_TRUNC ? size : n);
}

int datagram_listen(struct socket *s, unsigned backlog)
{
    (void)s;
    (void)backlog;
    return -EOPNOTSUPP;
}

int datagram_accept(struct socket *s, bool nonblock, struct socket **child)
{
    (void)s;
    (void)nonblock;
    (void)child;
    return -EOPNOTSUPP;
}

/* Even where there is nobody to be told of it. */
int datagram_shutdown(struct socket *s, enum shutdown_how how)
{
    struct datagram_socket *d = datagram_of(s);
    net_lock();
    d->i.shut |= (unsigned)how + 1;
    int err = datagram_is_connected(d) ? 0 : -ENOTCONN;
    wake_all(&s->can_read);
    wake_all(&s->can_write);
    net_unlock();
    return err;
}

unsigned datagram_poll(struct socket *s, struct poll_table *pt)
{
    struct datagram_socket *d = datagram_of(s);
    unsigned ready = POLLOUT | POLLWRNORM | POLLWRBAND;
    poll_wait(pt, &s->can_read, POLLIN | POLLRDNORM | POLLRDHUP);
    poll_wait(pt, &s->can_write, POLLOUT | POLLWRNORM | POLLWRBAND);
    net_lock();
    if (!list_empty(&d->queue) || d->i.shut & INET_SHUT_RD)
        ready |= POLLIN | POLLRDNORM;
    if (d->i.shut & INET_SHUT_RD)
        ready |= POLLRDHUP;
    if (d->i.shut == INET_SHUT_BOTH)
        ready |= POLLHUP;
    if (!list_empty(&d->i.errors))
        ready |= POLLERR;
    net_unlock();
    if (load_relaxed(&s->error) != 0)
        ready |= POLLERR;
    return ready;
}

long datagram_ioctl(struct socket *s, unsigned cmd, unsigned long arg)
{
    struct datagram_socket *d = datagram_of(s);
    uint32_t n = 0;
    switch (cmd) {
    case FIONREAD:
        net_lock();
        if (!list_empty(&d->queue))
            n = list_first(&d->queue, struct datagram, link)->data->tot_len;
        net_unlock();
        return put_user_u32(user_ptr(arg), n);
    case SIOCOUTQ: /* what was sent has left */
        return put_user_u32(user_ptr(arg), 0);
    default:
        return -ENOTTY;
    }
}

/* ---- Options ---- */

int datagram_set_option(struct socket *s, int name, const void *value, size_t size)
{
    int err = inet_set_socket_option(s, name, value, size);
    if (err == 0)
        datagram_options_changed(s);
    return err;
}

ssize_t datagram_get_option(struct socket *s, int name, void *value, size_t size)
{
    ssize_t n = inet_get_socket_option(inet_of(s), name, value, size);
    return n != -ENOPROTOOPT ? n : socket_get_stranger_option(name, false, value, size);
}

void datagram_options_changed(struct socket *s)
{
    struct datagram_socket *d = datagram_of(s);
    struct inet_socket *i = &d->i;
    net_lock();
    inet_apply_options(i);
    d->special = i->device != 0 || i->stamping != 0 || i->discover[0] >= IP_PMTUDISC_DO ||
                 i->discover[1] >= IP_PMTUDISC_DO ||
                 (i->has_address && !inet_is_own(&i->pcb.ip->local_ip));
    net_unlock();
}

int datagram_set_level(struct socket *s, int level, int name, const void *value, size_t size)
{
    struct datagram_socket *d = datagram_of(s);
    net_lock();
    int err = multicast_set_option(d, level, name, value, size);
    net_unlock();
    if (err != -ENOPROTOOPT)
        return err;
    err = inet_set_option(&d->i, level, name, value, size);
    if (err == 0)
        datagram_options_changed(s);
    return err;
}

ssize_t datagram_get_level(struct socket *s, int level, int name, void *value, size_t size)
{
    struct datagram_socket *d = datagram_of(s);
    net_lock();
    ssize_t n = multicast_get_option(d, level, name, value, size);
    net_unlock();
    return n != -ENOPROTOOPT ? n : inet_get_option(&d->i, level, name, value, size);
}
