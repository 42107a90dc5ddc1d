/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: TCP's connections as /proc/net tells of them: lwIP's lists, with what the sockets know.
 * Blocks without a socket are connections that were closed or are not established yet.
 *
 * Locks: net_core.
 */
#include "inet_tables.h"
#include "tcp.h"

#include <hermit/atomic.h>

#include "lwip/priv/tcp_priv.h"

#define TICK          (TCP_SLOW_INTERVAL / 10) /* lwIP's, in 1/100 s */
#define MS_PER_UNIT   10U                      /* 1/100 s */
#define REFS_OF_OVER  3                        /* as Linux counts them */
#define LISTEN_CWND   10
#define TIMER_REXMIT  1
#define TIMER_KEEP    2
#define TIMER_OVER    3
#define TIMER_PERSIST 4

struct rows {
    struct inet_row *to;
    unsigned n, max;
    bool v6;
};

/* The socket of a connection belongs to AF_INET6, whatever its addresses are. */
static bool is_v6(const struct tcp_pcb *pcb)
{
    if (pcb->state == SYN_RCVD && pcb->listener != NULL)
        return ip_get_option(pcb->listener, INET_OF_V6) != 0;
    return ip_get_option(pcb, INET_OF_V6) != 0 || IP_IS_V6_VAL(pcb->remote_ip);
}

/* Closed by both sides as far as Linux is concerned, which forgets the socket then. */
static bool is_over(const struct tcp_pcb *pcb)
{
    return pcb->state == TIME_WAIT || (pcb->state == FIN_WAIT_2 && tcp_socket_of(pcb) == NULL);
}

/* One that has not come yet, or that TCP_DEFER_ACCEPT keeps from having come. */
static bool is_request(const struct tcp_pcb *pcb)
{
    const struct tcp_socket *t = tcp_socket_of(pcb);
    return t == NULL ? pcb->state == SYN_RCVD : t->defers != NULL;
}

static uint32_t until(uint32_t ms, const struct tcp_pcb *pcb)
{
    uint32_t passed = (tcp_ticks_now() - pcb->tmr) * TICK;
    return ms / MS_PER_UNIT - MIN(passed, ms / MS_PER_UNIT);
}

static void tell_timer(const struct tcp_pcb *pcb, struct inet_row *row)
{
    bool may_probe = pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT;
    if (is_over(pcb)) {
        row->timer = TIMER_OVER;
        row->due = until(pcb->state == TIME_WAIT ? 2 * TCP_MSL : TCP_FIN_WAIT_TIMEOUT, pcb);
    } else if (pcb->persist_backoff > 0) {
        row->timer = TIMER_PERSIST;
        row->probes = pcb->persist_probe;
    } else if (pcb->rtime >= 0) {
        row->timer = TIMER_REXMIT;
        row->due = (uint32_t)MAX(pcb->rto - pcb->rtime, 0) * TICK;
        row->resent = pcb->nrtx;
    } else if (may_probe && ip_get_option(pcb, SOF_KEEPALIVE)) {
        row->timer = TIMER_KEEP;
        row->due = until(pcb->keep_idle + pcb->keep_cnt_sent * pcb->keep_intvl, pcb);
        row->probes = pcb->keep_cnt_sent;
    }
}

static void tell_socket(const struct tcp_pcb *pcb, const struct tcp_socket *t, struct inet_row *row)
{
    row->tx = pcb->snd_lbb - pcb->lastack;
    row->refs = 1;
    row->rto = (unsigned)pcb->rto * TICK;
    row->cwnd = MAX(pcb->cwnd / pcb->mss, 1U);
    row->ssthresh = pcb->ssthresh == TCP_SND_BUF ? -1 : (int)(pcb->ssthresh / pcb->mss);
    if (t == NULL)
        return;
    row->rx = (uint32_t)t->queued + (t->at_end && !t->end_read);
    row->ino = peek(t->i.s.file) != NULL ? t->i.s.ino : 0;
    row->refs = load_relaxed(&t->i.s.channel.refs);
}

/* The next row of the table, with names; NULL: it is not copied. */
static struct inet_row *next_row(struct rows *rows, const struct tcp_pcb *pcb)
{
    if (rows->n++ >= rows->max)
        return NULL;
    struct inet_row *row = &rows->to[rows->n - 1];
    *row = (struct inet_row){.state = tcp_linux_state[pcb->state]};
    inet_tell_end(&row->local, &pcb->local_ip, pcb->local_port, rows->v6);
    return row;
}

static void tell_connection(struct rows *rows, const struct tcp_pcb *pcb)
{
    struct inet_row *row;
    if (is_v6(pcb) != rows->v6 || (row = next_row(rows, pcb)) == NULL)
        return;
    inet_tell_end(&row->remote, &pcb->remote_ip, pcb->remote_port, rows->v6);
    tell_timer(pcb, row);
    if (is_over(pcb)) {
        row->kind = INET_ROW_OVER;
        row->refs = REFS_OF_OVER;
    } else if (is_request(pcb)) {
        row->kind = INET_ROW_REQUEST;
        row->state = tcp_linux_state[SYN_RCVD];
    } else {
        tell_socket(pcb, tcp_socket_of(pcb), row);
    }
}

static void tell_listener(struct rows *rows, const struct tcp_pcb_listen *l)
{
    const struct tcp_socket *t = l->callback_arg;
    struct inet_row *row;
    if (t == NULL || (ip_get_option(l, INET_OF_V6) != 0) != rows->v6 ||
        (row = next_row(rows, (const struct tcp_pcb *)l)) == NULL)
        return;
    row->rx = t->nr_pending;
    row->ino = peek(t->i.s.file) != NULL ? t->i.s.ino : 0;
    row->refs = load_relaxed(&t->i.s.channel.refs);
    row->rto = TCP_INITIAL_RTO / MS_PER_UNIT;
    row->cwnd = LISTEN_CWND;
}

unsigned tcp_rows(bool v6, struct inet_row *rows, unsigned max)
{
    struct rows table = {.to = rows, .max = max, .v6 = v6};
    for (const struct tcp_pcb_listen *l = tcp_listen_pcbs.listen_pcbs; l != NULL; l = l->next)
        tell_listener(&table, l);
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
        tell_connection(&table, pcb);
    for (const struct tcp_pcb *pcb = tcp_tw_pcbs; pcb != NULL; pcb = pcb->next)
        tell_connection(&table, pcb);
    return table.n;
}

static void count_connection(const struct tcp_pcb *pcb, struct inet_counts *c)
{
    if (is_over(pcb)) {
        c->tcp.time_wait++;
        return;
    }
    if (is_request(pcb))
        return;
    (is_v6(pcb) ? &c->tcp6 : &c->tcp)->inuse++;
    c->tcp_established += pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT;
    const struct tcp_socket *t = tcp_socket_of(pcb);
    if (t == NULL)
        c->tcp.orphan++;
    else
        c->tcp.pages += (unsigned)((t->queued + t->unacked + PAGE_SIZE - 1) / PAGE_SIZE);
}

void tcp_count(struct inet_counts *c)
{
    for (const struct tcp_pcb_listen *l = tcp_listen_pcbs.listen_pcbs; l != NULL; l = l->next)
        (ip_get_option(l, INET_OF_V6) ? &c->tcp6 : &c->tcp)->inuse++;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
        count_connection(pcb, c);
    for (const struct tcp_pcb *pcb = tcp_tw_pcbs; pcb != NULL; pcb = pcb->next)
        count_connection(pcb, c);
    c->tcp_sockets = tcp_socket_count() + c->tcp.orphan;
}
