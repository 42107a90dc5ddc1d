/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: UDP sockets. A datagram is copied from the application into a buffer of lwIP's before
 * net_core is taken, and out of it after that was released; the loop interface hands the buffer
 * over as it is.
 *
 * Locks: see inet.h.
 */
#include "inet.h"

#include <asm/ioctls.h>
#include <asm/socket.h>
#include <hermit/kmalloc.h>
#include <linux/poll.h>
#include <linux/sockios.h>

#include "icmp_error.h"
#include "inet_tables.h"
#include "lwip/udp.h"

#define MAX_V4   65507 /* bytes of a datagram: what a packet holds besides the headers */
#define MAX_V6   65487
#define OVERHEAD 256 /* of the receiver's buffer, for each datagram */

struct udp_socket {
    struct inet_socket i;   /* of its pcb, local_ip is "any" unless bind or connect has set it */
    struct list queue;      /* struct datagram.link */
    size_t charged;         /* bytes of the buffer that they use */
    unsigned drops;         /* datagrams that found no room */
    _Atomic bool connected; /* written locked */
};

struct datagram {
    struct list link;
    struct pbuf *data;
    struct inet_name from;
};

static struct udp_socket *udp_of(struct socket *s)
{
    return container_of(inet_of(s), struct udp_socket, i);
}

static bool is_connected(const struct udp_socket *u)
{
    return load_relaxed(&u->connected);
}

/* Called by lwIP. */
static void arrived(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
                    u16_t port)
{
    struct udp_socket *u = arg;
    struct datagram *d = NULL;
    (void)pcb;
    if (u->charged <= (size_t)load_relaxed(&u->i.s.options.rcvbuf))
        d = kmalloc(sizeof(*d));
    if (d == NULL) {
        u->drops++;
        pbuf_free(p);
        return;
    }
    d->data = p;
    ip_addr_copy(d->from.ip, *from);
    d->from.port = port;
    list_push_back(&u->queue, &d->link);
    u->charged += p->tot_len + OVERHEAD;
    wake_all(&u->i.s.can_read);
}

void lwip_port_udp_error(struct udp_pcb *pcb, const struct icmp_error *e)
{
    if (pcb->recv != arrived || !e->fatal)
        return;
    struct udp_socket *u = pcb->recv_arg;
    store_relaxed(&u->i.s.error, e->error);
    wake_all(&u->i.s.can_read);
    wake_all(&u->i.s.can_write);
}

/* A new control block in place of the one that there is. Locked. */
static int renew(struct udp_socket *u)
{
    struct udp_pcb *pcb = udp_new_ip_type(inet_pcb_type(&u->i));
    if (pcb == NULL)
        return -ENOBUFS;
    if (u->i.has_address) /* and so there is an old one */
        ip_addr_copy(pcb->local_ip, u->i.pcb.udp->local_ip);
    if (u->i.pcb.udp != NULL)
        udp_remove(u->i.pcb.udp);
    u->i.pcb.udp = pcb;
    store_relaxed(&u->connected, false);
    udp_recv(pcb, arrived, u);
    inet_apply_options(&u->i);
    return 0;
}

static int udp_bind_name(struct socket *s, const struct socket_address *to)
{
    struct udp_socket *u = udp_of(s);
    struct inet_name name;
    net_lock();
    int err = inet_read_bind_name(&u->i, to, &name);
    if (err == 0 && u->i.pcb.udp->local_port != 0)
        err = -EINVAL;
    if (err == 0)
        err = net_errno(udp_bind(u->i.pcb.udp, &name.ip, name.port));
    if (err == 0) {
        u->i.has_port = name.port != 0;
        u->i.has_address = !ip_addr_isany_val(name.ip);
    }
    net_unlock();
    return err;
}

/* An address to send to: an unnamed family is IPv4, and a socket for both takes either. */
static int read_destination(const struct udp_socket *u, const struct socket_address *a,
                            struct inet_name *name)
{
    struct socket_address v4;
    int err;
    if (u->i.s.family == AF_INET && a->length >= sizeof(a->in) && a->family == AF_UNSPEC) {
        v4 = *a;
        v4.family = AF_INET;
        err = inet_read_name(&u->i, &v4, name);
    } else if (u->i.s.family == AF_INET6 && a->length >= sizeof(a->in) && a->family == AF_INET) {
        ip_addr_set_ip4_u32(&name->ip, a->in.sin_addr.s_addr);
        name->port = lwip_ntohs(a->in.sin_port);
        if (ip_addr_isany_val(name->ip))
            ip_addr_set_loopback(false, &name->ip);
        err = u->i.v6only ? -ENETUNREACH : 0;
    } else {
        err = inet_read_name(&u->i, a, name);
    }
    return err;
}

static int disconnect(struct udp_socket *u)
{
    if (!is_connected(u))
        return 0;
    if (!u->i.has_port)
        return renew(u);
    if (!u->i.has_address)
        ip_addr_set_any(u->i.s.family == AF_INET6, &u->i.pcb.udp->local_ip);
    if (!u->i.has_address && u->i.s.family == AF_INET6)
        IP_SET_TYPE_VAL(u->i.pcb.udp->local_ip, inet_pcb_type(&u->i));
    udp_disconnect(u->i.pcb.udp);
    store_relaxed(&u->connected, false);
    return 0;
}

static int connect_to(struct udp_socket *u, const struct inet_name *to)
{
    ip_addr_t from = u->i.pcb.udp->local_ip;
    struct netif *netif;
    int err = inet_route(&to->ip, &from, &netif);
    if (err == 0)
        err = net_errno(udp_connect(u->i.pcb.udp, &to->ip, to->port));
    if (err == 0) {
        ip_addr_copy(u->i.pcb.udp->local_ip, from);
        store_relaxed(&u->connected, true);
    }
    return err;
}

static int udp_connect_name(struct socket *s, const struct socket_address *to, bool nonblock)
{
    struct udp_socket *u = udp_of(s);
    struct inet_name name;
    (void)nonblock;
    if (to->length < sizeof(to->family))
        return -EINVAL;
    bool leaves = to->family == AF_UNSPEC;
    int err = leaves ? 0 : read_destination(u, to, &name);
    if (err != 0)
        return err;
    inet_await_address(&u->i, to);
    net_lock();
    err = leaves ? disconnect(u) : connect_to(u, &name);
    net_unlock();
    return err;
}

static int udp_name(struct socket *s, bool peer, struct socket_address *a)
{
    struct udp_socket *u = udp_of(s);
    int err = 0;
    net_lock();
    if (!peer)
        inet_write_name(&u->i, &u->i.pcb.udp->local_ip, u->i.pcb.udp->local_port, a);
    else if (is_connected(u) && u->i.pcb.udp->remote_port != 0)
        inet_write_name(&u->i, &u->i.pcb.udp->remote_ip, u->i.pcb.udp->remote_port, a);
    else
        err = -ENOTCONN;
    net_unlock();
    return err;
}

/* Sends a buffer to a name, or to whom u is connected (NULL). Locked. */
static int send_buffer(struct udp_socket *u, struct pbuf *p, const struct inet_name *to)
{
    ip_addr_t from = u->i.pcb.udp->local_ip;
    struct inet_name peer;
    struct netif *netif;
    if (to == NULL) {
        if (!is_connected(u))
            return -EDESTADDRREQ;
        peer.ip = u->i.pcb.udp->remote_ip;
        peer.port = u->i.pcb.udp->remote_port;
        to = &peer;
    }
    int err = inet_route(&to->ip, &from, &netif);
    if (err == 0 && p->tot_len > (IP_IS_V6_VAL(to->ip) ? MAX_V6 : MAX_V4))
        err = -EMSGSIZE;
    if (err == 0 && u->i.shut & INET_SHUT_WR)
        err = -EPIPE;
    if (err != 0)
        return err;
    return net_errno(udp_sendto_if_src(u->i.pcb.udp, p, &to->ip, to->port, netif, &from));
}

static ssize_t udp_send_message(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct udp_socket *u = udp_of(s);
    struct inet_name name;
    size_t n = m->io.left;
    bool named = m->address.length != 0;
    (void)nonblock; /* there is always room */
    if (n > UINT16_MAX)
        return -EMSGSIZE;
    if (m->flags & (MSG_OOB | MSG_MORE))
        return -EOPNOTSUPP;
    int err = named ? read_destination(u, &m->address, &name) : 0;
    if (named)
        inet_await_address(&u->i, &m->address);
    if (err == 0 && named && name.port == 0)
        err = -EINVAL;
    if (err == 0 && !named && !is_connected(u))
        err = -EDESTADDRREQ;
    if (err == 0)
        err = socket_take_error(s);
    if (err == 0 && n > MAX_V4)
        err = -EMSGSIZE;
    if (err != 0)
        return err;
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)n, PBUF_RAM); /* just kmalloc(): no lock */
    if (p == NULL)
        return -ENOBUFS;
    bool copied = io_copy_from(&m->io, p->payload, n) == n;
    net_lock();
    err = copied ? send_buffer(u, p, named ? &name : NULL) : -EFAULT;
    pbuf_free(p);
    net_unlock();
    return err != 0 ? err : (ssize_t)n;
}

/* Waits for the first datagram, and takes it off the queue, or a reference of its data. 0, 1: shut
 * down, −errno. Locked. */
static int take(struct udp_socket *u, bool peek, bool nonblock, struct datagram *copy)
{
    struct socket *s = &u->i.s;
    int err = inet_wait(&s->can_read,
                        !list_empty(&u->queue) || load_relaxed(&s->error) != 0 ||
                            (!nonblock && u->i.shut & INET_SHUT_RD),
                        nonblock, socket_deadline(&s->options.rcvtimeo));
    int pending = socket_take_error(s);
    if (err != 0 || pending != 0)
        return pending != 0 ? pending : err;
    if (list_empty(&u->queue))
        return 1;
    struct datagram *d = list_first(&u->queue, struct datagram, link);
    *copy = *d;
    if (peek) {
        pbuf_ref(d->data);
        return 0;
    }
    list_remove(&d->link);
    u->charged -= d->data->tot_len + OVERHEAD;
    kfree(d);
    return 0;
}

static ssize_t udp_receive_message(struct socket *s, struct socket_message *call, bool nonblock)
{
    struct udp_socket *u = udp_of(s);
    struct datagram d;
    if (call->flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (call->flags & MSG_ERRQUEUE)
        return -EAGAIN; /* nothing is ever in it */
    net_lock();
    int err = take(u, call->flags & MSG_PEEK, !inet_blocks(call, nonblock), &d);
    net_unlock();
    if (err != 0)
        return err == 1 ? 0 : err;
    size_t size = d.data->tot_len, n = MIN(size, call->io.left);
    if (inet_copy_out(&call->io, d.data, 0, n) != n)
        err = -EFAULT; /* the datagram is lost, as on Linux */
    if (call->wants_address)
        inet_write_name(&u->i, &d.from.ip, d.from.port, &call->address);
    if (n < size)
        call->is_flags |= MSG_TRUNC;
    net_lock();
    pbuf_free(d.data);
    net_unlock();
    return err != 0 ? err : (ssize_t)(call->flags & MSG_TRUNC ? size : n);
}

static int udp_listen(struct socket *s, unsigned backlog)
{
    (void)s;
    (void)backlog;
    return -EOPNOTSUPP;
}

static int udp_accept(struct socket *s, bool nonblock, struct socket **child)
{
    (void)s;
    (void)nonblock;
    (void)child;
    return -EOPNOTSUPP;
}

/* Even where there is nobody to be told of it. */
static int udp_shutdown(struct socket *s, enum shutdown_how how)
{
    struct udp_socket *u = udp_of(s);
    net_lock();
    u->i.shut |= (unsigned)how + 1;
    int err = is_connected(u) ? 0 : -ENOTCONN;
    wake_all(&s->can_read);
    wake_all(&s->can_write);
    net_unlock();
    return err;
}

static unsigned udp_poll(struct socket *s, struct poll_table *pt)
{
    struct udp_socket *u = udp_of(s);
    unsigned ready = POLLOUT | POLLWRNORM | POLLWRBAND;
    poll_wait(pt, &s->can_read, POLLIN | POLLRDNORM | POLLRDHUP);
    poll_wait(pt, &s->can_write, POLLOUT | POLLWRNORM | POLLWRBAND);
    net_lock();
    if (!list_empty(&u->queue) || u->i.shut & INET_SHUT_RD)
        ready |= POLLIN | POLLRDNORM;
    if (u->i.shut & INET_SHUT_RD)
        ready |= POLLRDHUP;
    if (u->i.shut == INET_SHUT_BOTH)
        ready |= POLLHUP;
    net_unlock();
    if (load_relaxed(&s->error) != 0)
        ready |= POLLERR;
    return ready;
}

static long udp_ioctl(struct socket *s, unsigned cmd, unsigned long arg)
{
    struct udp_socket *u = udp_of(s);
    uint32_t n = 0;
    switch (cmd) {
    case FIONREAD:
        net_lock();
        if (!list_empty(&u->queue))
            n = list_first(&u->queue, struct datagram, link)->data->tot_len;
        net_unlock();
        return put_user_u32(user_ptr(arg), n);
    case SIOCOUTQ: /* what was sent has left */
        return put_user_u32(user_ptr(arg), 0);
    default:
        return -ENOTTY;
    }
}

static int udp_set_level(struct socket *s, int level, int name, const void *value, size_t size)
{
    return inet_set_option(inet_of(s), level, name, value, size);
}

static ssize_t udp_get_level(struct socket *s, int level, int name, void *value, size_t size)
{
    return inet_get_option(inet_of(s), level, name, value, size);
}

static ssize_t udp_get_option(struct socket *s, int name, void *value, size_t size)
{
    (void)s;
    return socket_get_stranger_option(name, false, value, size);
}

static void udp_options_changed(struct socket *s)
{
    net_lock();
    inet_apply_options(inet_of(s));
    net_unlock();
}

static void udp_close(struct socket *s)
{
    struct udp_socket *u = udp_of(s);
    poke(s->file, NULL);
    net_lock();
    udp_remove(u->i.pcb.udp);
    list_for_each_safe (it, next, &u->queue) {
        struct datagram *d = list_entry(it, struct datagram, link);
        pbuf_free(d->data);
        kfree(d);
    }
    net_unlock();
}

static void udp_free(struct channel *c)
{
    kfree(udp_of(socket_of(c)));
}

#define TABLE_SLOTS 256 /* of Linux's table of ports, which numbers the rows */
#define ESTABLISHED 1   /* Linux's numbers of states */
#define CLOSED      7

static void tell(const struct udp_socket *u, bool v6, struct inet_row *row)
{
    const struct udp_pcb *pcb = u->i.pcb.udp;
    *row = (struct inet_row){
        .state = is_connected(u) ? ESTABLISHED : CLOSED,
        .rx = (uint32_t)u->charged,
        .ino = u->i.s.ino,
        .refs = load_relaxed(&u->i.s.channel.refs),
        .drops = u->drops,
        .slot = pcb->local_port % TABLE_SLOTS,
    };
    inet_tell_end(&row->local, &pcb->local_ip, pcb->local_port, v6);
    if (is_connected(u))
        inet_tell_end(&row->remote, &pcb->remote_ip, pcb->remote_port, v6);
}

unsigned udp_rows(bool v6, struct inet_row *rows, unsigned max)
{
    unsigned n = 0;
    for (const struct udp_pcb *pcb = udp_pcbs; pcb != NULL; pcb = pcb->next) {
        const struct udp_socket *u = pcb->recv == arrived ? pcb->recv_arg : NULL;
        if (u == NULL || pcb->local_port == 0 || v6 != (u->i.s.family == AF_INET6))
            continue;
        if (n < max)
            tell(u, v6, &rows[n]);
        n++;
    }
    return n;
}

static const struct socket_ops udp_ops = {
    .bind = udp_bind_name,
    .connect = udp_connect_name,
    .listen = udp_listen,
    .accept = udp_accept,
    .name = udp_name,
    .send = udp_send_message,
    .receive = udp_receive_message,
    .shutdown = udp_shutdown,
    .poll = udp_poll,
    .ioctl = udp_ioctl,
    .get_option = udp_get_option,
    .set_level = udp_set_level,
    .get_level = udp_get_level,
    .changed = udp_options_changed,
    .close = udp_close,
};

struct inet_socket *udp_socket_create(int family)
{
    struct udp_socket *u = kzalloc(sizeof(*u));
    if (u == NULL)
        return NULL;
    inet_init(&u->i, &udp_ops, family, SOCK_DGRAM, IPPROTO_UDP, udp_free);
    list_init(&u->queue);
    net_lock();
    int err = net_start();
    if (err == 0)
        err = renew(u);
    net_unlock();
    if (err == 0)
        return &u->i;
    kfree(u);
    return NULL;
}
