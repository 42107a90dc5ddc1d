/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: TCP Fast Open of sockets that connect: the cookies that servers have given, and the SYNs
 * that have one and data, or ask for one.
 *
 * What is known of servers is bounded; who was asked least recently is forgotten. SYNs whose data
 * are lost again and again, on purpose as it seems, end Fast Open for a while, if that is wanted
 * (net.ipv4.tcp_fastopen_blackhole_timeout_sec, 0 as on Linux).
 *
 * Locks: net_core.
 */
#include "tcp.h"
#include "tcp_fastopen.h"

#include <asm/socket.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/string.h>
#include <linux/tcp.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip_hooks.h"

#define SERVERS_MAX   256
#define DATA_MAX      (PAGE_SIZE - 640) /* of a SYN, at most: as on Linux a page with its headers */
#define OPTIONS_MAX   40 /* bytes of a SYN that are left to options, whoever adds them */
#define LOST_TIMEOUTS 2  /* before the one that means that SYNs are lost on purpose */
#define PAUSE_DOUBLED 6  /* times */

/* What is known of a server. */
struct server {
    ip_addr_t local, remote;
    uint64_t used; /* a count; 0: never */
    uint16_t mss;
    uint8_t experiment; /* 1: it does not know RFC 7413's option: the older one; 2: neither */
    struct fastopen_cookie cookie;
};

_Atomic unsigned tcp_fastopen_blackhole;

static struct server *servers; /* SERVERS_MAX of them; NULL: none has answered yet */
static uint64_t nr_used;

static unsigned nr_blackholes; /* how often in a row data seem to have been lost on purpose … */
static uint64_t blackhole_at;  /* … the last time, ns */

/* --- servers */

static struct server *find(const struct tcp_pcb *pcb)
{
    for (struct server *s = servers; s != NULL && s < servers + SERVERS_MAX; s++)
        if (s->used != 0 && ip_addr_cmp(&s->remote, &pcb->remote_ip) &&
            ip_addr_cmp(&s->local, &pcb->local_ip)) {
            s->used = ++nr_used;
            return s;
        }
    return NULL;
}

/* The server's entry, a new one if need be. NULL: out of memory. */
static struct server *need(const struct tcp_pcb *pcb)
{
    struct server *s = find(pcb), *oldest;
    if (s != NULL)
        return s;
    if (servers == NULL)
        servers = kzalloc(SERVERS_MAX * sizeof(*servers));
    if (servers == NULL)
        return NULL;
    oldest = servers;
    for (s = servers; s < servers + SERVERS_MAX; s++)
        if (s->used < oldest->used)
            oldest = s;
    *oldest = (struct server){.local = pcb->local_ip,
                              .remote = pcb->remote_ip,
                              .used = ++nr_used,
                              .cookie.size = FASTOPEN_NO_COOKIE};
    return oldest;
}

/* --- black holes */

void tcp_fastopen_forget_blackholes(void)
{
    net_lock();
    nr_blackholes = 0;
    net_unlock();
}

static void found_blackhole(void)
{
    if (load_relaxed(&tcp_fastopen_blackhole) == 0)
        return;
    nr_blackholes++;
    blackhole_at = clock_monotonic();
}

/* No SYN has data for a while, longer each time; then one may find out. */
static bool is_paused(struct tcp_socket *t)
{
    unsigned seconds = load_relaxed(&tcp_fastopen_blackhole);
    if (seconds == 0 || nr_blackholes == 0)
        return false;
    uint64_t pause = (uint64_t)seconds << MIN(nr_blackholes - 1, (unsigned)PAUSE_DOUBLED);
    if (clock_monotonic() < time_after(blackhole_at, seconds_to_ns(pause)))
        return true;
    t->fastopen.checked = true;
    return false;
}

void tcp_fastopen_timed_out(struct tcp_pcb *pcb, bool last)
{
    struct tcp_socket *t = tcp_socket_of(pcb);
    if (t == NULL || !(t->fastopen.asked || t->fastopen.data) || pcb->rtime < 0)
        return;
    if (last ? pcb->nrtx < LOST_TIMEOUTS : pcb->nrtx == LOST_TIMEOUTS)
        found_blackhole();
}

static bool is_to_ourselves(const struct tcp_socket *t)
{
    return ip_addr_isloopback(&t->i.pcb.tcp->remote_ip) || inet_is_own(&t->i.pcb.tcp->remote_ip);
}

void tcp_fastopen_check_end(const struct tcp_socket *t)
{
    const struct tcp_seg *seg = t->i.pcb.tcp->ooseq;
    if (!t->fastopen.asked)
        return;
    if (t->received == 0) {
        if (seg != NULL && seg->next == NULL && TCPH_FLAGS(seg->tcphdr) & TCP_FIN)
            found_blackhole();
    } else if (t->fastopen.checked && !is_to_ourselves(t)) {
        nr_blackholes = 0;
    }
}

/* --- SYNs */

/* May the SYN have data, with which cookie? *mss: the server's, if it is known. */
static bool may_have_data(struct tcp_socket *t, struct fastopen_cookie *cookie, unsigned *mss)
{
    const struct server *s = find(t->i.pcb.tcp);
    *cookie = (struct fastopen_cookie){.size = 0};
    if (s != NULL && s->cookie.size > 0)
        *cookie = s->cookie;
    else if (s != NULL)
        cookie->experimental = s->cookie.experimental || s->experiment == 1;
    if (s != NULL && s->mss != 0)
        *mss = MIN(*mss, (unsigned)s->mss);
    bool paused = is_paused(t);
    if (paused || load_relaxed(&tcp_fastopen_mode) & FASTOPEN_CLIENT_NO_COOKIE ||
        t->fastopen.no_cookie) {
        cookie->size = FASTOPEN_NO_COOKIE;
        return !paused;
    }
    if (cookie->size > 0)
        return true;
    t->fastopen.failed = TFO_COOKIE_UNAVAILABLE;
    return false;
}

/* What a segment of the way to the peer can have. */
static unsigned own_mss(const struct tcp_pcb *pcb)
{
    unsigned mss = tcp_eff_send_mss(TCP_MSS, &pcb->local_ip, &pcb->remote_ip);
    return MIN(mss, (unsigned)pcb->mss_max);
}

/* Sends the SYN that was held, with some of n bytes if that may be, *went. 0 or −ENOBUFS: there is
 * no connection. */
static int launch(struct tcp_socket *t, const void *data, size_t n, size_t *went)
{
    struct tcp_pcb *pcb = t->i.pcb.tcp;
    struct fastopen_cookie cookie;
    unsigned mss = own_mss(pcb);
    uint16_t before = pcb->mss;
    size_t room = 0;
    store_relaxed(&t->fastopen.deferred, false);
    if (!fastopen_begin(pcb)) {
        tcp_abandon(pcb, 0);
        (void)tcp_end_connect(t);
        return -ENOBUFS;
    }
    if (may_have_data(t, &cookie, &mss) && mss > OPTIONS_MAX)
        room = MIN((size_t)mss - OPTIONS_MAX, n);
    pcb->mss = (uint16_t)room; /* in one segment */
    if (room > 0 && tcp_write(pcb, data, (u16_t)room, TCP_WRITE_FLAG_COPY) != ERR_OK)
        room = 0;
    pcb->mss = before;
    t->unacked += room;
    t->fastopen.asked = cookie.size >= 0;
    t->fastopen.experimental = cookie.experimental;
    t->fastopen.data = fastopen_output(pcb, &cookie, room > 0);
    if (t->fastopen.asked || t->fastopen.data)
        pcb->fastopen |= TCP_FO_ASKED;
    *went = room;
    return 0;
}

int tcp_fastopen_defer(struct tcp_socket *t)
{
    struct fastopen_cookie cookie;
    unsigned mss = UINT16_MAX;
    size_t went;
    if (!may_have_data(t, &cookie, &mss))
        return launch(t, NULL, 0, &went);
    store_relaxed(&t->fastopen.deferred, true);
    return 0;
}

void tcp_fastopen_forget(struct tcp_socket *t)
{
    store_relaxed(&t->fastopen.deferred, false);
    t->fastopen.asked = t->fastopen.data = t->fastopen.data_acked = t->fastopen.checked = false;
    t->fastopen.failed = TFO_STATUS_UNSPEC;
}

void tcp_fastopen_answered(struct tcp_pcb *pcb, const struct fastopen_cookie *told, uint32_t ackno)
{
    struct tcp_socket *t = tcp_socket_of(pcb);
    bool again = pcb->resent > 0, lacks = t != NULL && t->fastopen.data && ackno != pcb->snd_nxt;
    struct server *s = t != NULL ? need(pcb) : NULL;
    uint8_t experiment = 0;
    if (t == NULL)
        return;
    if (t->fastopen.asked && !again && told->size < 0 && !t->fastopen.data)
        experiment = t->fastopen.experimental ? 2 : 1;
    if (s != NULL) {
        s->mss = pcb->mss;
        if (t->fastopen.asked && told->size > 0)
            s->cookie = *told;
        else if (experiment > s->experiment && s->cookie.size <= 0 && !s->cookie.experimental)
            s->experiment = experiment;
    }
    t->fastopen.data_acked = t->fastopen.data && !lacks;
    if (pcb->fastopen & TCP_FO_WRITER)
        t->answers = true; /* by what the call sends now */
    if (lacks)
        t->fastopen.failed = again ? TFO_SYN_RETRANSMITTED : TFO_DATA_NOT_ACKED;
}

/* --- sending */

/* Begins the connection with some of n bytes, *went. −EINPROGRESS; −EALREADY: it had begun. */
static int begin(struct tcp_socket *t, const struct socket_message *m, const void *data, size_t n,
                 size_t *went)
{
    int err = 0;
    if (!load_relaxed(&t->fastopen.deferred)) {
        if (t->phase == TCP_CONNECTING)
            return -EALREADY;
        if (t->phase != TCP_FREE)
            return -EISCONN;
        err = m->address.length == 0 ? -EINVAL : tcp_begin_connect(t, &m->address, true);
    }
    if (err == 0)
        err = launch(t, data, n, went);
    return err != 0 ? err : -EINPROGRESS;
}

/* Waits for the peer, if the call may. 0: it is connected; −errno. */
static int await(struct tcp_socket *t, int begun, bool has_more, bool nonblock, uint64_t deadline)
{
    if (!nonblock && has_more && tcp_is_connecting(t))
        t->i.pcb.tcp->fastopen |= TCP_FO_WRITER;
    t->fastopen.sending = true;
    int err = inet_wait(&t->i.s.can_write, !tcp_is_connecting(t), nonblock, deadline);
    t->fastopen.sending = false;
    if (err == 0)
        return tcp_end_connect(t);
    return err == -EAGAIN ? begun : err;
}

ssize_t tcp_fastopen_send(struct tcp_socket *t, struct socket_message *m, bool nonblock,
                          uint64_t deadline, struct tcp_mark **mark, bool *over)
{
    size_t n = MIN(m->io.left, DATA_MAX), went = 0, copied;
    const struct socket_address *to = &m->address;
    *over = true;
    if (!(load_relaxed(&tcp_fastopen_mode) & FASTOPEN_CLIENT) ||
        (to->length >= sizeof(to->family) && to->family == AF_UNSPEC))
        return -EOPNOTSUPP;
    char *data = kmalloc(MAX(n, 1UL));
    if (data == NULL)
        return -ENOBUFS;
    copied = io_copy_from(&m->io, data, n); /* if it is less, sending the rest says so */
    inet_await_address(&t->i, to);
    net_lock();
    bool busy = t->fastopen.sending;
    int err = busy ? -EALREADY : begin(t, m, data, copied, &went);
    io_rewind(&m->io, copied - went);
    if (went > 0 && *mark != NULL)
        tcp_mark_write(t, mark, went, m->io.left == 0);
    if (!busy && (err == -EINPROGRESS || err == -EALREADY))
        err = await(t, err, m->io.left > 0, nonblock, deadline);
    bool goes_on = went > 0 && tcp_is_connecting(t);
    net_unlock();
    kfree(data);
    *over = err != 0 || m->io.left == 0;
    return err == 0 || goes_on ? (ssize_t)went : err;
}
