/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: UDP sockets. A datagram is copied from the application into a buffer of lwIP's before
 * net_core is taken, and out of it after that was released; the loop interface hands the buffer
 * over as it is.
 *
 * Locks: see inet.h.
 */
#include "datagram.h"
#include "stamps.h"

#include <asm/socket.h>
#include <hermit/kmalloc.h>
#include <linux/udp.h>

#include "icmp_error.h"
#include "inet_tables.h"
#include "lwip/ip.h"
#include "lwip/udp.h"

/* A datagram that waits for more (MSG_MORE, UDP_CORK), and where it goes. */
struct corked {
    struct pbuf *data;
    struct inet_name to;
    struct datagram_way way;
    struct queued_error *notice; /* of its calls with MSG_ZEROCOPY; NULL: there are none */
};

struct udp_socket {
    struct datagram_socket d;
    bool corks;            /* UDP_CORK */
    struct corked *corked; /* NULL: none */
};

static struct udp_socket *udp_of(struct socket *s)
{
    return container_of(datagram_of(s), struct udp_socket, d);
}

static bool is_connected(const struct udp_socket *u)
{
    return datagram_is_connected(&u->d);
}

/* Called by lwIP. */
static void arrived(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
                    u16_t port)
{
    struct udp_socket *u = arg;
    (void)pcb;
    datagram_arrived(&u->d, p, from, port);
}

void lwip_port_udp_error(struct udp_pcb *pcb, const struct icmp_error *e)
{
    if (pcb->recv != arrived)
        return;
    struct udp_socket *u = pcb->recv_arg;
    datagram_failed(&u->d, e);
}

bool udp_is_member(const struct udp_pcb *pcb, const struct netif *netif)
{
    if (pcb->recv != arrived)
        return true;
    const struct udp_socket *u = pcb->recv_arg;
    return multicast_is_member(&u->d, ip_current_dest_addr(), ip_current_src_addr(), netif);
}

/* A new control block in place of the one that there is. Locked. */
static int renew(struct udp_socket *u)
{
    struct udp_pcb *pcb = udp_new_ip_type(inet_pcb_type(&u->d.i));
    if (pcb == NULL)
        return -ENOBUFS;
    if (u->d.i.has_address) /* and so there is an old one */
        ip_addr_copy(pcb->local_ip, u->d.i.pcb.udp->local_ip);
    if (u->d.i.pcb.udp != NULL)
        udp_remove(u->d.i.pcb.udp);
    u->d.i.pcb.udp = pcb;
    store_relaxed(&u->d.connected, false);
    udp_recv(pcb, arrived, u);
    inet_apply_options(&u->d.i);
    return 0;
}

static int udp_bind_name(struct socket *s, const struct socket_address *to)
{
    struct udp_socket *u = udp_of(s);
    struct inet_name name;
    net_lock();
    int err = inet_read_bind_name(&u->d.i, to, &name);
    if (err == 0 && u->d.i.pcb.udp->local_port != 0)
        err = -EINVAL;
    if (err == 0)
        err = net_errno(udp_bind(u->d.i.pcb.udp, &name.ip, name.port));
    if (err == 0) {
        u->d.i.has_port = name.port != 0;
        u->d.i.has_address = !ip_addr_isany_val(name.ip);
    }
    net_unlock();
    if (err == 0)
        datagram_options_changed(s);
    return err;
}

static int disconnect(struct udp_socket *u)
{
    if (!is_connected(u))
        return 0;
    u->d.i.device = 0; /* as on Linux */
    if (!u->d.i.has_port)
        return renew(u);
    if (!u->d.i.has_address)
        ip_addr_set_any(u->d.i.s.family == AF_INET6, &u->d.i.pcb.udp->local_ip);
    if (!u->d.i.has_address && u->d.i.s.family == AF_INET6)
        IP_SET_TYPE_VAL(u->d.i.pcb.udp->local_ip, inet_pcb_type(&u->d.i));
    udp_disconnect(u->d.i.pcb.udp);
    store_relaxed(&u->d.connected, false);
    return 0;
}

static int connect_to(struct udp_socket *u, const struct inet_name *to)
{
    struct datagram_way way;
    int err = datagram_find_peer(&u->d, &to->ip, &way);
    if (err == 0)
        err = net_errno(udp_connect(u->d.i.pcb.udp, &to->ip, to->port));
    if (err == 0) {
        if (ip_addr_isany(&u->d.i.pcb.udp->local_ip))
            ip_addr_copy(u->d.i.pcb.udp->local_ip, way.from);
        store_relaxed(&u->d.connected, true);
        u->d.path_mtu = 0;
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
    int err = leaves ? 0 : datagram_read_destination(&u->d.i, to, &name);
    if (err != 0)
        return err;
    inet_await_address(&u->d.i, to);
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
        inet_write_name(&u->d.i, &u->d.i.pcb.udp->local_ip, u->d.i.pcb.udp->local_port, a);
    else if (is_connected(u) && u->d.i.pcb.udp->remote_port != 0)
        inet_write_name(&u->d.i, &u->d.i.pcb.udp->remote_ip, u->d.i.pcb.udp->remote_port, a);
    else
        err = -ENOTCONN;
    net_unlock();
    return err;
}

/* ---- Sending ---- */

static int send_by_way(struct udp_socket *u, struct pbuf *p, const struct inet_name *to,
                       const struct datagram_way *way)
{
    struct udp_pcb *pcb = u->d.i.pcb.udp;
    bool v6 = IP_IS_V6_VAL(to->ip);
    unsigned headers = UDP_HLEN + (v6 ? IP6_HLEN : IP_HLEN);
    if (way->mtu != 0 && p->tot_len + headers > way->mtu) {
        datagram_too_big(&u->d, to, way->mtu);
        return -EMSGSIZE;
    }
    if (way->whole)
        p->flags |= PBUF_FLAG_DONTFRAG;
    pcb->ttl = pcb->mcast_ttl = way->ttl;
    pcb->tos = way->tos;
    pcb->flags &= (u8_t)~UDP_FLAGS_MULTICAST_LOOP;
    pcb->flags |= way->loop ? UDP_FLAGS_MULTICAST_LOOP : 0;
    if (unlikely(u->d.stamps != 0))
        stamps_begin(&u->d.i, u->d.stamps, u->d.charged);
    int err = net_errno(udp_sendto_if_src(pcb, p, &to->ip, to->port, way->netif, &way->from));
    if (unlikely(u->d.stamps != 0))
        stamps_end(err == 0);
    pcb->ttl = u->d.i.ttl;
    pcb->tos = u->d.i.tos;
    return err;
}

/* As nearly all datagrams go. */
static int send_plainly(struct udp_socket *u, struct pbuf *p, const struct inet_name *to)
{
    ip_addr_t from = u->d.i.pcb.udp->local_ip;
    struct netif *netif;
    int err = inet_route(&to->ip, &from, &netif);
    if (err == 0 && p->tot_len > (IP_IS_V6_VAL(to->ip) ? DATAGRAM_MAX_V6 : DATAGRAM_MAX_V4))
        err = -EMSGSIZE;
    if (err == 0 && u->d.i.shut & INET_SHUT_WR)
        err = -EPIPE;
    if (err != 0)
        return err;
    return net_errno(udp_sendto_if_src(u->d.i.pcb.udp, p, &to->ip, to->port, netif, &from));
}

static void drop_corked(struct udp_socket *u)
{
    if (u->corked == NULL)
        return;
    pbuf_free(u->corked->data);
    if (u->corked->notice != NULL)
        zerocopy_end(&u->d.i, u->corked->notice);
    kfree(u->corked);
    u->corked = NULL;
}

static int send_corked(struct udp_socket *u)
{
    if (u->corked == NULL)
        return 0;
    int err = send_by_way(u, u->corked->data, &u->corked->to, &u->corked->way);
    drop_corked(u);
    return err;
}

/* Adds to what is corked, which is lost if that is not possible, as on Linux. */
static int append_corked(struct udp_socket *u, struct pbuf *p)
{
    struct pbuf *data = u->corked->data;
    size_t most = IP_IS_V6_VAL(u->corked->to.ip) ? DATAGRAM_MAX_V6 : DATAGRAM_MAX_V4;
    if ((size_t)data->tot_len + p->tot_len > most) {
        drop_corked(u);
        return -EMSGSIZE;
    }
    pbuf_chain(data, p);
    return 0;
}

static int begin_corked(struct udp_socket *u, struct pbuf *p, const struct inet_name *to,
                        const struct datagram_way *way)
{
    struct corked *c = kmalloc(sizeof(*c));
    if (c == NULL)
        return -ENOBUFS;
    *c = (struct corked){.data = p, .to = *to, .way = *way};
    pbuf_ref(p);
    u->corked = c;
    return 0;
}

static int send_specially(struct udp_socket *u, struct pbuf *p, const struct inet_name *to,
                          const struct socket_message *m)
{
    struct datagram_way way;
    int err = 0;
    if (u->corked != NULL) {
        err = append_corked(u, p);
    } else {
        err = datagram_find_way(&u->d, &to->ip, m, &way);
        if (err == 0)
            err = stamps_of_call(&u->d.i, m, &u->d.stamps);
        if (err == 0 && p->tot_len > (IP_IS_V6_VAL(to->ip) ? DATAGRAM_MAX_V6 : DATAGRAM_MAX_V4))
            err = -EMSGSIZE;
        if (err == 0 && u->d.i.shut & INET_SHUT_WR)
            err = -EPIPE;
        if (err == 0 && !u->corks && !(m->flags & MSG_MORE))
            return send_by_way(u, p, to, &way);
        if (err == 0)
            err = begin_corked(u, p, to, &way);
    }
    return err == 0 && !u->corks && !(m->flags & MSG_MORE) ? send_corked(u) : err;
}

/* Sends a buffer to a name, or to whom u is connected (NULL). Locked. */
static int send_buffer(struct udp_socket *u, struct pbuf *p, const struct inet_name *to,
                       const struct socket_message *m)
{
    struct inet_name peer;
    if (to == NULL) {
        if (!is_connected(u) && u->corked == NULL)
            return -EDESTADDRREQ;
        ip_addr_copy(peer.ip, u->d.i.pcb.udp->remote_ip);
        peer.port = u->d.i.pcb.udp->remote_port;
        to = &peer;
    }
    if (likely(!u->d.special && u->corked == NULL && !u->corks && m->sent_control_size == 0 &&
               !(m->flags & MSG_MORE) && !ip_addr_ismulticast(&to->ip)))
        return send_plainly(u, p, to);
    return send_specially(u, p, to, m);
}

/* A call with MSG_ZEROCOPY has sent its bytes, or corked them; err: neither. */
static void end_noticed(struct udp_socket *u, struct queued_error *notice, int err)
{
    struct inet_socket *i = &u->d.i;
    if (err != 0) {
        zerocopy_cancel(i, notice);
        return;
    }
    zerocopy_number(i, notice);
    if (u->corked == NULL)
        zerocopy_end(i, notice);
    else if (u->corked->notice == NULL)
        u->corked->notice = notice;
    else /* numbers follow: nothing else is sent */
        (void)zerocopy_join(i, u->corked->notice, notice);
}

static ssize_t udp_send_message(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct udp_socket *u = udp_of(s);
    struct queued_error *notice = NULL;
    struct inet_name name;
    size_t n = m->io.left;
    bool named = m->address.length != 0;
    (void)nonblock; /* there is always room */
    if (n > UINT16_MAX)
        return -EMSGSIZE;
    if (m->flags & MSG_OOB)
        return -EOPNOTSUPP;
    int err = named ? datagram_read_destination(&u->d.i, &m->address, &name) : 0;
    if (named)
        inet_await_address(&u->d.i, &m->address);
    if (err == 0 && named && name.port == 0)
        err = -EINVAL;
    if (err == 0 && !named && !is_connected(u) && peek(u->corked) == NULL)
        err = -EDESTADDRREQ;
    if (err == 0)
        err = socket_take_error(s);
    if (err == 0 && n > DATAGRAM_MAX_V4)
        err = -EMSGSIZE;
    if (err != 0)
        return err;
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)n, PBUF_RAM); /* just kmalloc(): no lock */
    if (p == NULL)
        return -ENOBUFS;
    bool copied = io_copy_from(&m->io, p->payload, n) == n;
    net_lock();
    err = copied ? 0 : -EFAULT;
    if (unlikely(m->flags & MSG_ZEROCOPY) && u->d.i.flags & INET_ZEROCOPY && err == 0 &&
        (notice = zerocopy_begin(&u->d.i)) == NULL)
        err = -ENOBUFS;
    if (err == 0)
        err = send_buffer(u, p, named ? &name : NULL, m);
    if (unlikely(notice != NULL))
        end_noticed(u, notice, err);
    pbuf_free(p);
    net_unlock();
    return err != 0 ? err : (ssize_t)n;
}

/* ---- Options ---- */

static int set_cork(struct udp_socket *u, bool on)
{
    net_lock();
    u->corks = on;
    if (!on)
        (void)send_corked(u); /* who sent it was told that it has gone */
    net_unlock();
    return 0;
}

static int udp_set_level(struct socket *s, int level, int name, const void *value, size_t size)
{
    int n;
    if (level != IPPROTO_UDP)
        return datagram_set_level(s, level, name, value, size);
    if (size < sizeof(n) || inet_read_int(&n, value, size) != 0)
        return -EINVAL;
    return name == UDP_CORK ? set_cork(udp_of(s), n != 0) : -ENOPROTOOPT;
}

static ssize_t udp_get_level(struct socket *s, int level, int name, void *value, size_t size)
{
    if (level != IPPROTO_UDP)
        return datagram_get_level(s, level, name, value, size);
    return name == UDP_CORK ? inet_write_int(value, size, udp_of(s)->corks) : -ENOPROTOOPT;
}

static void udp_close(struct socket *s)
{
    struct udp_socket *u = udp_of(s);
    poke(s->file, NULL);
    net_lock();
    drop_corked(u);
    udp_remove(u->d.i.pcb.udp);
    datagram_end(&u->d);
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
    const struct udp_pcb *pcb = u->d.i.pcb.udp;
    *row = (struct inet_row){
        .state = is_connected(u) ? ESTABLISHED : CLOSED,
        .rx = (uint32_t)u->d.charged,
        .ino = u->d.i.s.ino,
        .refs = load_relaxed(&u->d.i.s.channel.refs),
        .drops = u->d.drops,
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
        if (u == NULL || pcb->local_port == 0 || v6 != (u->d.i.s.family == AF_INET6))
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
    .listen = datagram_listen,
    .accept = datagram_accept,
    .name = udp_name,
    .send = udp_send_message,
    .receive = datagram_receive,
    .shutdown = datagram_shutdown,
    .poll = datagram_poll,
    .ioctl = datagram_ioctl,
    .get_option = datagram_get_option,
    .set_option = datagram_set_option,
    .set_level = udp_set_level,
    .get_level = udp_get_level,
    .changed = datagram_options_changed,
    .close = udp_close,
};

struct inet_socket *udp_socket_create(int family)
{
    struct udp_socket *u = kzalloc(sizeof(*u));
    if (u == NULL)
        return NULL;
    datagram_init(&u->d, &udp_ops, family, SOCK_DGRAM, IPPROTO_UDP, udp_free);
    net_lock();
    int err = net_start();
    if (err == 0)
        err = renew(u);
    net_unlock();
    if (err == 0)
        return &u->d.i;
    kfree(u);
    return NULL;
}
