/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: options of IPPROTO_TCP. What is not here is −ENOPROTOOPT: an option that is accepted has
 * its effect.
 *
 * Locks: net_core.
 */
#include "tcp.h"

#include <hermit/string.h>
#include <linux/tcp.h>

#include "lwip/priv/tcp_priv.h"

#define KEEP_TIME_MAX  32767 /* s */
#define KEEP_COUNT_MAX 127
#define MS_PER_S       1000U
#define USEC_PER_TICK  (TCP_SLOW_INTERVAL * 1000U)
#define CONGESTION     "reno"
#define CONGESTION_MAX 16 /* bytes of a name */
#define DEFAULT_MSS    536

const uint8_t tcp_linux_state[] = {7, 10, 2, 3, 1, 4, 5, 8, 11, 9, 6};

void tcp_apply_options(struct tcp_socket *t)
{
    struct tcp_pcb *pcb = t->i.pcb.tcp;
    inet_apply_options(&t->i);
    if (pcb == NULL)
        return;
    tcp_set_rcv_wnd_max(pcb, (tcpwnd_size_t)load_relaxed(&t->i.s.options.rcvbuf));
    if (pcb->state == LISTEN)
        return;
    if (t->nodelay)
        tcp_nagle_disable(pcb);
    else
        tcp_nagle_enable(pcb);
    pcb->keep_idle = t->keep_idle * MS_PER_S;
    pcb->keep_intvl = t->keep_interval * MS_PER_S;
    pcb->keep_cnt = t->keep_count;
}

static int set_bounded(unsigned *to, int n, int most)
{
    if (n < 1 || n > most)
        return -EINVAL;
    *to = (unsigned)n;
    return 0;
}

static int set(struct tcp_socket *t, int name, int n)
{
    switch (name) {
    case TCP_NODELAY:
        t->nodelay = n != 0;
        if (t->nodelay)
            tcp_uncork(t); /* what waits goes, as on Linux */
        return 0;
    case TCP_CORK:
        t->cork = n != 0;
        if (!t->cork)
            tcp_uncork(t);
        return 0;
    case TCP_KEEPIDLE:
        return set_bounded(&t->keep_idle, n, KEEP_TIME_MAX);
    case TCP_KEEPINTVL:
        return set_bounded(&t->keep_interval, n, KEEP_TIME_MAX);
    case TCP_KEEPCNT:
        return set_bounded(&t->keep_count, n, KEEP_COUNT_MAX);
    default:
        return -ENOPROTOOPT;
    }
}

/* There is one way of congestion control. */
static int set_congestion(const char *name, size_t size)
{
    size_t length = strnlen(name, MIN(size, (size_t)CONGESTION_MAX - 1));
    if (size == 0)
        return -EINVAL;
    return length == strlen(CONGESTION) && memcmp(name, CONGESTION, length) == 0 ? 0 : -ENOENT;
}

int tcp_set_level(struct socket *s, int level, int name, const void *value, size_t size)
{
    struct tcp_socket *t = tcp_of(s);
    int n;
    if (level != IPPROTO_TCP)
        return inet_set_option(&t->i, level, name, value, size);
    if (name == TCP_CONGESTION)
        return set_congestion(value, size);
    if (size < sizeof(n))
        return -EINVAL;
    memcpy(&n, value, sizeof(n));
    net_lock();
    int err = set(t, name, n);
    if (err == 0)
        tcp_apply_options(t);
    net_unlock();
    return err;
}

/* Locked. */
static void fill_info(const struct tcp_socket *t, struct tcp_info *info)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    info->tcpi_state = tcp_linux_state[CLOSED];
    if (pcb == NULL)
        return;
    info->tcpi_state = tcp_linux_state[pcb->state];
    if (!tcp_is_open(t))
        return;
    info->tcpi_rto = (uint32_t)pcb->rto * USEC_PER_TICK;
    info->tcpi_rtt = (uint32_t)(pcb->sa >> 3) * USEC_PER_TICK;
    info->tcpi_rttvar = (uint32_t)(pcb->sv >> 2) * USEC_PER_TICK;
    info->tcpi_snd_mss = info->tcpi_rcv_mss = pcb->mss;
    info->tcpi_snd_cwnd = pcb->cwnd / pcb->mss;
    info->tcpi_snd_ssthresh = pcb->ssthresh / pcb->mss;
    info->tcpi_rcv_space = pcb->rcv_wnd;
    info->tcpi_retransmits = pcb->nrtx;
    info->tcpi_unacked = ((uint32_t)t->unacked + pcb->mss - 1U) / pcb->mss;
}

static ssize_t get_info(struct tcp_socket *t, void *value, size_t size)
{
    struct tcp_info info = {0};
    fill_info(t, &info);
    size = MIN(size, sizeof(info));
    memcpy(value, &info, size);
    return (ssize_t)size;
}

/* Locked. */
static ssize_t get(struct tcp_socket *t, int name, void *value, size_t size)
{
    char congestion[CONGESTION_MAX] = CONGESTION;
    switch (name) {
    case TCP_NODELAY:
        return inet_write_int(value, size, t->nodelay);
    case TCP_CORK:
        return inet_write_int(value, size, t->cork);
    case TCP_MAXSEG:
        return inet_write_int(value, size, tcp_is_open(t) ? t->i.pcb.tcp->mss : DEFAULT_MSS);
    case TCP_KEEPIDLE:
        return inet_write_int(value, size, (int)t->keep_idle);
    case TCP_KEEPINTVL:
        return inet_write_int(value, size, (int)t->keep_interval);
    case TCP_KEEPCNT:
        return inet_write_int(value, size, (int)t->keep_count);
    case TCP_CONGESTION:
        size = MIN(size, sizeof(congestion));
        memcpy(value, congestion, size);
        return (ssize_t)size;
    case TCP_INFO:
        return get_info(t, value, size);
    default:
        return -ENOPROTOOPT;
    }
}

ssize_t tcp_get_level(struct socket *s, int level, int name, void *value, size_t size)
{
    struct tcp_socket *t = tcp_of(s);
    if (level != IPPROTO_TCP)
        return inet_get_option(&t->i, level, name, value, size);
    net_lock();
    ssize_t n = get(t, name, value, size);
    net_unlock();
    return n;
}
