/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: raw sockets (SOCK_RAW), which get a copy of each packet of their protocol, and ping
 * sockets (SOCK_DGRAM of IPPROTO_ICMP and IPPROTO_ICMPV6), which get the answers to their own echo
 * requests. Those of AF_INET get raw packets with the header of IPv4.
 *
 * Locks: see inet.h.
 */
#include "datagram.h"
#include "stamps.h"

#include <asm/socket.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/icmpv6.h>

#include "icmp_error.h"
#include "inet_tables.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/icmp6.h"
#include "lwip/raw.h"

#define PACKET_MAX    65535
#define SOL_RAW       255
#define ICMP_FILTER   1 /* linux/icmp.h needs the C library */
#define ICMP_CHECKSUM 2 /* where it is in a message of ICMP, of both versions */
#define ICMP_IDENT    4
#define ECHO_HEADER   8  /* bytes */
#define ICMP_TYPES    32 /* that a filter knows */

struct raw_socket {
    struct datagram_socket d;
    bool hdrincl;       /* IP_HDRINCL, IPV6_HDRINCL: packets are sent with their headers */
    int checksum;       /* IPV6_CHECKSUM: where; −1: none */
    uint16_t ident;     /* of a ping socket, 0: none yet */
    uint16_t peer_port; /* as connect(2) was told */
    union {
        uint32_t v4;
        struct icmp6_filter v6;
    } filter;        /* a bit for each type that the socket does not want */
    struct list all; /* in that list */
};

static struct list all = LIST_INIT(all); /* such sockets; net_core */

static struct raw_socket *raw_of(struct socket *s)
{
    return container_of(datagram_of(s), struct raw_socket, d);
}

static bool is_ping(const struct raw_socket *r)
{
    return r->d.i.s.type == SOCK_DGRAM;
}

static bool is_v6(const struct raw_socket *r)
{
    return r->d.i.s.family == AF_INET6;
}

/* ---- Received ---- */

static uint8_t byte_at(const struct pbuf *p, uint16_t at)
{
    uint8_t byte = 0;
    pbuf_copy_partial(p, &byte, sizeof(byte), at);
    return byte;
}

/* Does the socket want a message of ICMP that begins at `at`? */
static bool wants_message(const struct raw_socket *r, const struct pbuf *p, uint16_t at)
{
    uint8_t type = byte_at(p, at);
    uint16_t ident = 0;
    if (is_ping(r)) {
        pbuf_copy_partial(p, &ident, sizeof(ident), (uint16_t)(at + ICMP_IDENT));
        return type == (is_v6(r) ? ICMP6_TYPE_EREP : ICMP_ER) && lwip_ntohs(ident) == r->ident;
    }
    if (is_v6(r))
        return !(r->filter.v6.data[type / 32] >> type % 32 & 1);
    return type >= ICMP_TYPES || !(r->filter.v4 >> type & 1);
}

static bool is_icmp(const struct raw_socket *r)
{
    return r->d.i.s.protocol == (is_v6(r) ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/* A copy for the socket, who keeps it. The loop interface makes no checksums of headers. */
static void give_copy(struct raw_socket *r, struct pbuf *p, const ip_addr_t *from)
{
    bool header = !is_v6(r) && !is_ping(r);
    struct pbuf *copy = pbuf_clone(PBUF_RAW, PBUF_RAM, p);
    if (copy == NULL)
        return;
    if (header) {
        struct ip_hdr *ip = copy->payload;
        IPH_CHKSUM_SET(ip, 0);
        IPH_CHKSUM_SET(ip, inet_chksum(ip, IPH_HL_BYTES(ip)));
    } else {
        pbuf_remove_header(copy, ip_current_header_tot_len());
    }
    datagram_arrived(&r->d, copy, from, 0);
}

/* Called by lwIP with each packet of the protocol, headers included. It is never taken. */
static u8_t arrived(void *arg, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *from)
{
    struct raw_socket *r = arg;
    const ip_addr_t *to = ip_current_dest_addr();
    (void)pcb;
    if (is_icmp(r) && !wants_message(r, p, ip_current_header_tot_len()))
        return 0;
    if (ip_addr_ismulticast(to) && !multicast_is_member(&r->d, to, from, ip_current_input_netif()))
        return 0;
    give_copy(r, p, from);
    return 0;
}

/* Did the socket send what a message quotes? */
static bool has_sent(const struct raw_socket *r, const ip_addr_t *local, const struct icmp_error *e)
{
    const struct raw_pcb *pcb = r->d.i.pcb.raw;
    uint16_t ident = 0;
    if (!ip_addr_isany(&pcb->local_ip) && !ip_addr_cmp(&pcb->local_ip, local))
        return false;
    if (!is_ping(r))
        return !datagram_is_connected(&r->d) || ip_addr_cmp(&pcb->remote_ip, e->remote);
    pbuf_copy_partial(e->message, &ident, sizeof(ident), (uint16_t)(e->payload + ICMP_IDENT));
    return lwip_ntohs(ident) == r->ident;
}

void lwip_port_ip_error(uint8_t protocol, const ip_addr_t *local, const struct icmp_error *e)
{
    list_for_each (it, &all) {
        struct raw_socket *r = list_entry(it, struct raw_socket, all);
        if (r->d.i.s.protocol == protocol && is_v6(r) == IP_IS_V6(local) && has_sent(r, local, e))
            datagram_failed(&r->d, e);
    }
}

/* ---- Names ---- */

/* Has another ping socket of that version the number, for itself? */
static bool is_taken(const struct raw_socket *other, const struct raw_socket *r, uint16_t ident)
{
    bool share = socket_flag(&other->d.i.s, SO_REUSEADDR) && socket_flag(&r->d.i.s, SO_REUSEADDR);
    return other != r && is_ping(other) && other->ident == ident && is_v6(other) == is_v6(r) &&
           !share;
}

/* Gives a ping socket its number, which stands for a port. Locked. 0, −EADDRINUSE. */
static int take_ident(struct raw_socket *r, uint16_t wanted)
{
    static uint16_t last;
    for (unsigned tries = 0; tries <= UINT16_MAX; tries++) {
        uint16_t ident = wanted != 0 ? wanted : ++last;
        bool used = ident == 0;
        list_for_each (it, &all)
            used = used || is_taken(list_entry(it, struct raw_socket, all), r, ident);
        if (!used) {
            r->ident = ident;
            return 0;
        }
        if (wanted != 0)
            break;
    }
    return -EADDRINUSE;
}

static int raw_bind_name(struct socket *s, const struct socket_address *to)
{
    struct raw_socket *r = raw_of(s);
    struct inet_name name;
    net_lock();
    int err = inet_read_bind_name(&r->d.i, to, &name);
    if (err == 0 && is_ping(r) && r->ident != 0)
        err = -EINVAL;
    if (err == 0 && is_ping(r))
        err = take_ident(r, name.port);
    if (err == 0)
        err = net_errno(raw_bind(r->d.i.pcb.raw, &name.ip));
    if (err == 0)
        r->d.i.has_address = !ip_addr_isany_val(name.ip);
    net_unlock();
    if (err == 0)
        datagram_options_changed(s);
    return err;
}

static void disconnect(struct raw_socket *r)
{
    struct raw_pcb *pcb = r->d.i.pcb.raw;
    if (!datagram_is_connected(&r->d))
        return;
    r->d.i.device = 0; /* as on Linux */
    raw_disconnect(pcb);
    IP_SET_TYPE_VAL(pcb->remote_ip, inet_pcb_type(&r->d.i));
    if (!r->d.i.has_address)
        ip_addr_set_any(is_v6(r), &pcb->local_ip);
    store_relaxed(&r->d.connected, false);
}

/* Who answers a ping may have another address. */
static int connect_to(struct raw_socket *r, const struct inet_name *to)
{
    struct raw_pcb *pcb = r->d.i.pcb.raw;
    struct datagram_way way;
    int err = datagram_find_peer(&r->d, &to->ip, &way);
    if (err == 0 && is_ping(r) && r->ident == 0)
        err = take_ident(r, 0);
    if (err != 0)
        return err;
    raw_connect(pcb, &to->ip);
    if (is_ping(r))
        raw_clear_flags(pcb, RAW_FLAGS_CONNECTED);
    if (ip_addr_isany(&pcb->local_ip))
        ip_addr_copy(pcb->local_ip, way.from);
    r->peer_port = to->port;
    r->d.path_mtu = 0;
    store_relaxed(&r->d.connected, true);
    return 0;
}

static int raw_connect_name(struct socket *s, const struct socket_address *to, bool nonblock)
{
    struct raw_socket *r = raw_of(s);
    struct inet_name name;
    (void)nonblock;
    if (to->length < sizeof(to->family))
        return -EINVAL;
    bool leaves = to->family == AF_UNSPEC;
    int err = leaves ? 0 : inet_read_name(&r->d.i, to, &name);
    if (err != 0)
        return err;
    inet_await_address(&r->d.i, to);
    net_lock();
    if (leaves)
        disconnect(r);
    else
        err = connect_to(r, &name);
    net_unlock();
    return err;
}

static int raw_name(struct socket *s, bool peer, struct socket_address *a)
{
    struct raw_socket *r = raw_of(s);
    const struct raw_pcb *pcb = r->d.i.pcb.raw;
    uint16_t port = is_ping(r) ? r->ident : (uint16_t)s->protocol;
    int err = 0;
    net_lock();
    if (!peer)
        inet_write_name(&r->d.i, &pcb->local_ip, port, a);
    else if (datagram_is_connected(&r->d) && r->peer_port != 0)
        inet_write_name(&r->d.i, &pcb->remote_ip, r->peer_port, a);
    else
        err = -ENOTCONN;
    net_unlock();
    return err;
}

/* ---- Sending ---- */

static void put_word(struct pbuf *p, uint16_t at, uint16_t word)
{
    memcpy((char *)p->payload + at, &word, sizeof(word));
}

/* An echo request gets the socket's number; its checksum is made here. */
static int complete_ping(struct raw_socket *r, struct pbuf *p, const ip_addr_t *to,
                         const ip_addr_t *from)
{
    const uint8_t *header = p->payload;
    if (header[0] != (is_v6(r) ? ICMP6_TYPE_EREQ : ICMP_ECHO) || header[1] != 0)
        return -EINVAL;
    int err = r->ident == 0 ? take_ident(r, 0) : 0;
    if (err != 0)
        return err;
    put_word(p, ICMP_IDENT, lwip_htons(r->ident));
    put_word(p, ICMP_CHECKSUM, 0);
    put_word(p, ICMP_CHECKSUM,
             is_v6(r)
                 ? ip6_chksum_pseudo(p, IPPROTO_ICMPV6, p->tot_len, ip_2_ip6(from), ip_2_ip6(to))
                 : inet_chksum(p->payload, p->len));
    return 0;
}

/* Completes the header that came with the data; one of IPv6 goes as it is. */
static int complete_header(struct pbuf *p, const ip_addr_t *from)
{
    static uint16_t last_id;
    struct ip_hdr *ip = p->payload;
    if (IP_IS_V6(from))
        return p->len < IP6_HLEN ? -EINVAL : 0;
    if (p->len < IP_HLEN || IPH_HL_BYTES(ip) > p->len)
        return -EINVAL;
    if (IPH_HL_BYTES(ip) < IP_HLEN)
        return 0; /* it is no header: it goes as it is */
    if (ip->src.addr == 0)
        ip->src.addr = ip_addr_get_ip4_u32(from);
    IPH_LEN_SET(ip, lwip_htons(p->tot_len));
    if (IPH_ID(ip) == 0)
        IPH_ID_SET(ip, lwip_htons(++last_id));
    IPH_CHKSUM_SET(ip, 0);
    IPH_CHKSUM_SET(ip, inet_chksum(ip, IPH_HL_BYTES(ip)));
    return 0;
}

/* What of the bytes is the kernel's. */
static int complete(struct raw_socket *r, struct pbuf *p, const ip_addr_t *to,
                    const ip_addr_t *from)
{
    if (is_ping(r))
        return complete_ping(r, p, to, from);
    if (r->hdrincl)
        return complete_header(p, from);
    if (is_v6(r) && r->checksum >= 0) {
        if (r->checksum + 1 >= p->len)
            return -EINVAL;
        put_word(p, (uint16_t)r->checksum, 0); /* lwIP fills it in */
    }
    return 0;
}

static int send_buffer(struct raw_socket *r, struct pbuf *p, const struct inet_name *to,
                       const struct socket_message *m)
{
    struct raw_pcb *pcb = r->d.i.pcb.raw;
    unsigned header = r->hdrincl ? 0 : is_v6(r) ? IP6_HLEN : IP_HLEN;
    struct inet_name peer;
    struct datagram_way way;
    if (to == NULL) {
        if (!datagram_is_connected(&r->d))
            return -EDESTADDRREQ;
        ip_addr_copy(peer.ip, pcb->remote_ip);
        to = &peer;
    }
    int err = datagram_find_way(&r->d, &to->ip, m, &way);
    if (err == 0 && p->tot_len + header > (r->hdrincl ? way.netif->mtu : PACKET_MAX))
        err = -EMSGSIZE;
    if (err == 0 && way.mtu != 0 && p->tot_len + header > way.mtu) {
        datagram_too_big(&r->d, to, way.mtu);
        err = -EMSGSIZE;
    }
    if (err == 0 && r->d.i.shut & INET_SHUT_WR)
        err = -EPIPE;
    if (err == 0)
        err = complete(r, p, &to->ip, &way.from);
    if (err != 0)
        return err;
    if (way.whole)
        p->flags |= PBUF_FLAG_DONTFRAG;
    pcb->ttl = pcb->mcast_ttl = way.ttl;
    pcb->tos = way.tos;
    pcb->chksum_reqd = is_v6(r) && !is_ping(r) && r->checksum >= 0;
    pcb->chksum_offset = (uint16_t)MAX(r->checksum, 0);
    raw_clear_flags(pcb, RAW_FLAGS_MULTICAST_LOOP | RAW_FLAGS_HDRINCL);
    raw_set_flags(pcb,
                  (way.loop ? RAW_FLAGS_MULTICAST_LOOP : 0) | (r->hdrincl ? RAW_FLAGS_HDRINCL : 0));
    if (unlikely(r->d.stamps != 0))
        stamps_begin(&r->d.i, r->d.stamps, r->d.charged);
    err = net_errno(raw_sendto_if_src(pcb, p, &to->ip, way.netif, &way.from));
    if (unlikely(r->d.stamps != 0))
        stamps_end(err == 0);
    pcb->ttl = r->d.i.ttl;
    pcb->tos = r->d.i.tos;
    return err;
}

/* The port of an address of IPv6 is the protocol, if there is one. */
static int check_port(const struct raw_socket *r, uint16_t port)
{
    int protocol = r->d.i.s.protocol;
    if (!is_v6(r) || is_ping(r) || port == 0)
        return 0;
    return port != protocol ? -EINVAL : 0;
}

static ssize_t raw_send_message(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct raw_socket *r = raw_of(s);
    struct inet_name name;
    size_t n = m->io.left;
    bool named = m->address.length != 0;
    (void)nonblock; /* there is always room */
    if (n > PACKET_MAX)
        return -EMSGSIZE;
    if (is_ping(r) && n < ECHO_HEADER)
        return -EINVAL;
    if (m->flags & (MSG_OOB | MSG_MORE))
        return -EOPNOTSUPP;
    int err = named ? inet_read_name(&r->d.i, &m->address, &name) : 0;
    if (err == 0 && named)
        err = check_port(r, name.port);
    if (named)
        inet_await_address(&r->d.i, &m->address);
    if (err == 0 && !named && !datagram_is_connected(&r->d))
        err = -EDESTADDRREQ;
    if (err == 0)
        err = socket_take_error(s);
    if (err == 0 && n > (size_t)PACKET_MAX - (r->hdrincl ? 0 : IP_HLEN))
        err = -EMSGSIZE;
    if (err != 0)
        return err;
    struct pbuf *p = pbuf_alloc(PBUF_IP, (u16_t)n, PBUF_RAM); /* just kmalloc(): no lock */
    if (p == NULL)
        return -ENOBUFS;
    bool copied = io_copy_from(&m->io, p->payload, n) == n;
    net_lock();
    err = copied ? stamps_of_call(&r->d.i, m, &r->d.stamps) : -EFAULT;
    if (err == 0)
        err = send_buffer(r, p, named ? &name : NULL, m);
    pbuf_free(p);
    net_unlock();
    return err != 0 ? err : (ssize_t)n;
}

/* ---- Options ---- */

/* The filter of types; NULL: another option. */
static void *filter_of(struct raw_socket *r, int level, int name, size_t *size)
{
    bool v6 = is_v6(r);
    *size = v6 ? sizeof(r->filter.v6) : sizeof(r->filter.v4);
    if (is_ping(r) || level != (v6 ? IPPROTO_ICMPV6 : SOL_RAW))
        return NULL;
    return name == (v6 ? ICMPV6_FILTER : ICMP_FILTER) ? &r->filter : NULL;
}

static int set_checksum(struct raw_socket *r, int level, int n)
{
    if (r->d.i.s.protocol == IPPROTO_ICMPV6 && level == IPPROTO_IPV6)
        return -EINVAL; /* RFC 3542, 3.1 */
    if (n > 0 && n & 1)
        return -EINVAL;
    r->checksum = MAX(n, -1);
    return 0;
}

static bool is_hdrincl(const struct raw_socket *r, int level, int name)
{
    if (is_ping(r))
        return false;
    if (is_v6(r))
        return name == IPV6_HDRINCL && (level == IPPROTO_IPV6 || level == SOL_RAW);
    return level == IPPROTO_IP && name == IP_HDRINCL;
}

static bool is_checksum(const struct raw_socket *r, int level, int name)
{
    return is_v6(r) && !is_ping(r) && name == IPV6_CHECKSUM &&
           (level == IPPROTO_IPV6 || level == SOL_RAW);
}

static int raw_set_level(struct socket *s, int level, int name, const void *value, size_t size)
{
    struct raw_socket *r = raw_of(s);
    size_t filter_size;
    void *filter = filter_of(r, level, name, &filter_size);
    int n = 0, err = 0;
    bool hdrincl = is_hdrincl(r, level, name);
    if (filter == NULL && !hdrincl && !is_checksum(r, level, name))
        return level == SOL_RAW ? -ENOPROTOOPT : datagram_set_level(s, level, name, value, size);
    if (filter != NULL && !is_icmp(r))
        return -EOPNOTSUPP;
    if (filter == NULL &&
        (inet_read_int(&n, value, size) != 0 || ((!hdrincl || is_v6(r)) && size < sizeof(n))))
        return -EINVAL;
    net_lock();
    if (filter != NULL)
        memcpy(filter, value, MIN(size, filter_size));
    else if (hdrincl)
        r->hdrincl = n != 0;
    else
        err = set_checksum(r, level, n);
    net_unlock();
    return err;
}

static ssize_t raw_get_level(struct socket *s, int level, int name, void *value, size_t size)
{
    struct raw_socket *r = raw_of(s);
    size_t filter_size;
    const void *filter = filter_of(r, level, name, &filter_size);
    if (filter != NULL && !is_icmp(r))
        return -EOPNOTSUPP;
    if (filter != NULL) {
        filter_size = MIN(size, filter_size);
        memcpy(value, filter, filter_size);
        return (ssize_t)filter_size;
    }
    if (is_checksum(r, level, name))
        return inet_write_int(value, size, r->checksum);
    if (is_hdrincl(r, level, name))
        return inet_write_int(value, size, r->hdrincl);
    return level == SOL_RAW ? -ENOPROTOOPT : datagram_get_level(s, level, name, value, size);
}

/* ---- The tables of /proc/net ---- */

#define TABLE_SLOTS 256 /* of Linux's tables, which number the rows */
#define ESTABLISHED 1   /* Linux's numbers of states */
#define CLOSED      7

/* The protocol, or the number of a ping socket, stands for a port. */
static void tell(const struct raw_socket *r, struct inet_row *row)
{
    const struct raw_pcb *pcb = r->d.i.pcb.raw;
    uint16_t port = is_ping(r) ? r->ident : (uint16_t)r->d.i.s.protocol;
    bool connected = datagram_is_connected(&r->d);
    *row = (struct inet_row){
        .state = connected ? ESTABLISHED : CLOSED,
        .rx = (uint32_t)r->d.charged,
        .ino = r->d.i.s.ino,
        .refs = load_relaxed(&r->d.i.s.channel.refs),
        .drops = r->d.drops,
        .slot = port % TABLE_SLOTS,
    };
    inet_tell_end(&row->local, &pcb->local_ip, port, is_v6(r));
    if (connected)
        inet_tell_end(&row->remote, &pcb->remote_ip, is_ping(r) ? r->peer_port : 0, is_v6(r));
}

unsigned raw_rows(bool v6, bool ping, struct inet_row *rows, unsigned max)
{
    unsigned n = 0;
    list_for_each (it, &all) {
        const struct raw_socket *r = list_entry(it, struct raw_socket, all);
        if (is_v6(r) != v6 || is_ping(r) != ping || (ping && r->ident == 0))
            continue;
        if (n < max)
            tell(r, &rows[n]);
        n++;
    }
    return n;
}

/* ---- Life ---- */

static void raw_close(struct socket *s)
{
    struct raw_socket *r = raw_of(s);
    poke(s->file, NULL);
    net_lock();
    raw_remove(r->d.i.pcb.raw);
    list_remove(&r->all);
    datagram_end(&r->d);
    net_unlock();
}

static void raw_free(struct channel *c)
{
    kfree(raw_of(socket_of(c)));
}

static const struct socket_ops raw_ops = {
    .bind = raw_bind_name,
    .connect = raw_connect_name,
    .listen = datagram_listen,
    .accept = datagram_accept,
    .name = raw_name,
    .send = raw_send_message,
    .receive = datagram_receive,
    .shutdown = datagram_shutdown,
    .poll = datagram_poll,
    .ioctl = datagram_ioctl,
    .get_option = datagram_get_option,
    .set_option = datagram_set_option,
    .set_level = raw_set_level,
    .get_level = raw_get_level,
    .changed = datagram_options_changed,
    .close = raw_close,
};

static int make_pcb(struct raw_socket *r)
{
    struct inet_socket *i = &r->d.i;
    int err = net_start();
    if (err != 0)
        return err;
    i->pcb.raw = raw_new_ip_type(inet_pcb_type(i), (u8_t)i->s.protocol);
    if (i->pcb.raw == NULL)
        return -ENOBUFS;
    raw_recv(i->pcb.raw, arrived, r);
    inet_apply_options(i);
    list_push_back(&all, &r->all);
    return 0;
}

struct inet_socket *raw_socket_create(int family, int type, int protocol)
{
    struct raw_socket *r = kzalloc(sizeof(*r));
    if (r == NULL)
        return NULL;
    datagram_init(&r->d, &raw_ops, family, type, protocol, raw_free);
    list_init(&r->all);
    or_relaxed(&r->d.i.s.options.flags, 1U << SO_REUSEADDR); /* as on Linux */
    r->d.i.v6only = family == AF_INET6;
    r->hdrincl = type == SOCK_RAW && protocol == IPPROTO_RAW;
    r->checksum = protocol == IPPROTO_ICMPV6 ? ICMP_CHECKSUM : -1;
    net_lock();
    int err = make_pcb(r);
    net_unlock();
    if (err == 0)
        return &r->d.i;
    kfree(r);
    return NULL;
}
