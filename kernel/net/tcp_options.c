/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: options of IPPROTO_TCP. What is not here is −ENOPROTOOPT: an option that is accepted has
 * its effect.
 *
 * Locks: net_core.
 */
#include "net_limits.h"
#include "tcp.h"

#include <hermit/string.h>
#include <linux/tcp.h>

#include "lwip/priv/tcp_priv.h"

#define KEEP_TIME_MAX       32767 /* s */
#define KEEP_COUNT_MAX      127
#define MS_PER_S            1000U
#define USEC_PER_TICK       (TCP_SLOW_INTERVAL * 1000U)
#define USEC_PER_MS         1000U
#define HEADERS_V4          40 /* of a segment */
#define HEADERS_V6          60
#define CONGESTION_MAX      16 /* bytes of a name */
#define DEFAULT_MSS         536
#define SEGMENT_LEAST       88 /* of TCP_MAXSEG */
#define SEGMENT_MOST        32767
#define SYN_COUNT_MAX       127
#define CLAMP_MIN           1152 /* half of the least SO_RCVBUF */
#define FIN_WAIT            TCP_FIN_WAIT_TIMEOUT
#define FIN_WAIT_MAX        120 /* s */
#define RETRANSMISSIONS_MAX 255 /* that TCP_DEFER_ACCEPT can mean */

const uint8_t tcp_linux_state[] = {7, 10, 2, 3, 1, 4, 5, 8, 11, 9, 6};

/* The time-out of a SYN, doubled each time, and what it is at most, s. */
#define SYN_TIMEOUT     1U
#define SYN_TIMEOUT_MAX 120U

static tcpwnd_size_t window_of(const struct tcp_socket *t)
{
    unsigned window = (unsigned)load_relaxed(&t->i.s.options.rcvbuf);
    return t->window_clamp != 0 ? MIN(window, t->window_clamp) : window;
}

static uint32_t fin_wait_of(const struct tcp_socket *t)
{
    return t->linger2 < 0 ? 0 : t->linger2 == 0 ? FIN_WAIT : (uint32_t)t->linger2 * MS_PER_S;
}

void tcp_apply_options(struct tcp_socket *t)
{
    struct tcp_pcb *pcb = t->i.pcb.tcp;
    uint16_t segment_max = (uint16_t)(t->segment_max != 0 ? t->segment_max : UINT16_MAX);
    inet_apply_options(&t->i);
    if (pcb == NULL)
        return;
    tcp_set_rcv_wnd_max(pcb, window_of(t));
    if (pcb->state == LISTEN) {
        ((struct tcp_pcb_listen *)pcb)->mss_max = segment_max;
        return;
    }
    if (t->nodelay)
        tcp_nagle_disable(pcb);
    else
        tcp_nagle_enable(pcb);
    pcb->keep_idle = t->keep_idle * MS_PER_S;
    pcb->keep_intvl = t->keep_interval * MS_PER_S;
    pcb->keep_cnt = t->keep_count;
    pcb->mss_max = segment_max;
    tcp_set_user_timeout(pcb, t->user_timeout);
    pcb->syn_nrtx_max = (uint8_t)(t->syn_count != 0 ? t->syn_count : TCP_SYNMAXRTX);
    pcb->fin_wait = fin_wait_of(t);
    TCP_NEED_TICKS(); /* keepalive may be due */
}

static int set_bounded(unsigned *to, int n, int least, int most)
{
    if (n < least || n > most)
        return -EINVAL;
    *to = (unsigned)n;
    return 0;
}

/* An acknowledgement that waits goes at once; odd: so do all that come, until it is set again. */
static int set_quickack(struct tcp_socket *t, int n)
{
    t->quickack = n != 0;
    t->acks_at_once = n & 1;
    if (n != 0 && tcp_is_open(t) && t->i.pcb.tcp->flags & TF_ACK_DELAY) {
        tcp_ack_now(t->i.pcb.tcp);
        (void)tcp_output(t->i.pcb.tcp);
    }
    return 0;
}

static int set_window_clamp(struct tcp_socket *t, int n)
{
    if (n == 0 && t->phase != TCP_FREE)
        return -EINVAL;
    t->window_clamp = n == 0 ? 0 : (unsigned)MAX(n, CLAMP_MIN);
    return 0;
}

/* The sum of the time-outs of a SYN that is at least `seconds`, or 0. */
static unsigned round_to_timeouts(int seconds)
{
    unsigned timeout = SYN_TIMEOUT, sum = SYN_TIMEOUT;
    if (seconds <= 0)
        return 0;
    for (unsigned n = 1; sum < (unsigned)seconds && n < RETRANSMISSIONS_MAX; n++) {
        timeout = MIN(timeout * 2, SYN_TIMEOUT_MAX);
        sum += timeout;
    }
    return sum;
}

static int set_notsent_lowat(struct tcp_socket *t, int n)
{
    t->notsent_lowat = (unsigned)n;
    t->wants_room = false;
    wake_all(&t->i.s.can_write);
    return 0;
}

/* Nor does it try to be. */
static bool is_unconnected(const struct tcp_socket *t)
{
    return t->phase == TCP_LISTENING || !tcp_is_open(t);
}

static int set_fastopen_connect(struct tcp_socket *t, int n)
{
    if (n != 0 && n != 1)
        return -EINVAL;
    if (!(load_relaxed(&tcp_fastopen_mode) & FASTOPEN_CLIENT))
        return -EOPNOTSUPP;
    if (t->phase == TCP_LISTENING || tcp_is_open(t))
        return -EINVAL;
    t->fastopen.connect = n;
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
        return set_bounded(&t->keep_idle, n, 1, KEEP_TIME_MAX);
    case TCP_KEEPINTVL:
        return set_bounded(&t->keep_interval, n, 1, KEEP_TIME_MAX);
    case TCP_KEEPCNT:
        return set_bounded(&t->keep_count, n, 1, KEEP_COUNT_MAX);
    case TCP_SYNCNT:
        return set_bounded(&t->syn_count, n, 1, SYN_COUNT_MAX);
    case TCP_USER_TIMEOUT:
        return set_bounded(&t->user_timeout, n, 0, INT32_MAX);
    case TCP_MAXSEG:
        return n == 0 ? set_bounded(&t->segment_max, 0, 0, 0)
                      : set_bounded(&t->segment_max, n, SEGMENT_LEAST, SEGMENT_MOST);
    case TCP_LINGER2:
        t->linger2 = n < 0 ? -1 : MIN(n, FIN_WAIT_MAX);
        return 0;
    case TCP_DEFER_ACCEPT:
        t->defer_accept = round_to_timeouts(n);
        return 0;
    case TCP_QUICKACK:
        return set_quickack(t, n);
    case TCP_WINDOW_CLAMP:
        return set_window_clamp(t, n);
    case TCP_NOTSENT_LOWAT:
        return set_notsent_lowat(t, n);
    case TCP_INQ:
        if (n != 0 && n != 1)
            return -EINVAL;
        t->tells_rest = n;
        return 0;
    case TCP_FASTOPEN:
        return n < 0 || !is_unconnected(t) ? -EINVAL : tcp_fastopen_set_max(t, (unsigned)n);
    case TCP_FASTOPEN_CONNECT:
        return set_fastopen_connect(t, n);
    case TCP_FASTOPEN_NO_COOKIE:
        if ((n != 0 && n != 1) || !is_unconnected(t))
            return -EINVAL;
        t->fastopen.no_cookie = n;
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

static int set_congestion(const char *name, size_t size)
{
    size_t length = strnlen(name, MIN(size, (size_t)CONGESTION_MAX - 1));
    if (size == 0)
        return -EINVAL;
    bool same = length == strlen(TCP_CONGESTION_NAME);
    return same && memcmp(name, TCP_CONGESTION_NAME, length) == 0 ? 0 : -ENOENT;
}

/* ---- Groups ---- */

/* INET_NO_* of an option that is on or off; 0: another one. */
static unsigned group_flag(bool v6, int name)
{
    if (name == (v6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP))
        return v6 ? INET_NO_LOOP6 : INET_NO_LOOP;
    if (name == (v6 ? IPV6_MULTICAST_ALL : IP_MULTICAST_ALL))
        return v6 ? INET_NO_ALL6 : INET_NO_ALL;
    return 0;
}

static bool is_of_family(const struct tcp_socket *t, int level)
{
    return level == IPPROTO_IP || (level == IPPROTO_IPV6 && t->i.s.family == AF_INET6);
}

static int set_group_flag(struct tcp_socket *t, bool v6, int name, const void *value, size_t size)
{
    unsigned flag = group_flag(v6, name);
    bool strict = name == (v6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_ALL);
    int n;
    if ((v6 && size < sizeof(n)) || inet_read_int(&n, value, size) != 0 ||
        (strict && n != 0 && n != 1))
        return -EINVAL;
    net_lock();
    t->i.flags = n != 0 ? t->i.flags & ~flag : t->i.flags | flag;
    net_unlock();
    return 0;
}

/* A connection has no groups: options that are on or off are kept, as on Linux, and no membership
 * is made, those by MCAST_* neither, which Linux makes. −ENOPROTOOPT: another option. */
static int set_group(struct tcp_socket *t, int level, int name, const void *value, size_t size)
{
    bool v6 = level == IPPROTO_IPV6;
    if (!is_of_family(t, level))
        return -ENOPROTOOPT;
    if (group_flag(v6, name) != 0)
        return set_group_flag(t, v6, name, value, size);
    if (name >= MCAST_JOIN_GROUP && name <= MCAST_MSFILTER)
        return -EPROTO;
    if (v6)
        return name == IPV6_ADD_MEMBERSHIP || name == IPV6_DROP_MEMBERSHIP ? -EPROTO : -ENOPROTOOPT;
    if (name == IP_MULTICAST_TTL || name == IP_MULTICAST_IF)
        return -EINVAL;
    return name >= IP_ADD_MEMBERSHIP && name <= IP_MSFILTER ? -EPROTO : -ENOPROTOOPT;
}

static int set_fastopen_key(struct tcp_socket *t, const void *key, size_t size)
{
    net_lock();
    int err = tcp_fastopen_set_key(t, key, size);
    net_unlock();
    return err;
}

int tcp_set_level(struct socket *s, int level, int name, const void *value, size_t size)
{
    struct tcp_socket *t = tcp_of(s);
    int n, err = set_group(t, level, name, value, size);
    if (err != -ENOPROTOOPT)
        return err;
    if (level != IPPROTO_TCP)
        return inet_set_option(&t->i, level, name, value, size);
    if (name == TCP_CONGESTION)
        return set_congestion(value, size);
    if (name == TCP_FASTOPEN_KEY)
        return set_fastopen_key(t, value, size);
    if (size < sizeof(n))
        return -EINVAL;
    memcpy(&n, value, sizeof(n));
    net_lock();
    err = set(t, name, n);
    if (err == 0)
        tcp_apply_options(t);
    net_unlock();
    return err;
}

static uint8_t info_options(const struct tcp_pcb *pcb)
{
    return (uint8_t)((pcb->flags & TF_SACK ? TCPI_OPT_SACK : 0) |
                     (pcb->flags & TF_TIMESTAMP ? TCPI_OPT_TIMESTAMPS : 0) |
                     (pcb->flags & TF_WND_SCALE ? TCPI_OPT_WSCALE : 0));
}

static uint8_t congestion_state(const struct tcp_pcb *pcb)
{
    static const uint8_t states[] = {[TCP_ORDERED] = TCP_CA_Open,
                                     [TCP_DISORDERED] = TCP_CA_Disorder,
                                     [TCP_RECOVERING] = TCP_CA_Recovery,
                                     [TCP_TIMED_OUT] = TCP_CA_Loss};
    if (pcb->flags & TF_RTO)
        return TCP_CA_Loss;
    return pcb->flags & TF_INFR ? TCP_CA_Recovery : states[pcb->recovery.state];
}

/* What is known of sending. */
static void fill_sending(const struct tcp_socket *t, struct tcp_info *info)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    uint32_t mss = pcb->mss, notsent = tcp_notsent(t);
    info->tcpi_rto = (uint32_t)pcb->rto * USEC_PER_TICK;
    info->tcpi_rtt = pcb->srtt_us >> 3;
    info->tcpi_rttvar = pcb->rttvar_us >> 2;
    info->tcpi_min_rtt = pcb->rtt_count != 0 ? pcb->min_rtt_us : UINT32_MAX;
    info->tcpi_snd_mss = mss;
    info->tcpi_snd_cwnd = MAX(pcb->cwnd / mss, 1U);
    info->tcpi_snd_ssthresh = pcb->ssthresh == TCP_SND_BUF ? INT32_MAX : pcb->ssthresh / mss;
    info->tcpi_snd_wscale = pcb->snd_scale;
    info->tcpi_snd_wnd = pcb->snd_wnd;
    info->tcpi_ca_state = congestion_state(pcb);
    info->tcpi_retransmits = info->tcpi_backoff = pcb->nrtx;
    info->tcpi_probes = pcb->persist_probe;
    info->tcpi_unacked = (pcb->snd_nxt - pcb->lastack + mss - 1) / mss;
    info->tcpi_sacked = tcp_recovery_packets(pcb, TCP_SEG_SACKED);
    info->tcpi_lost = tcp_recovery_packets(pcb, TCP_SEG_LOST);
    info->tcpi_retrans = tcp_recovery_packets(pcb, TCP_SEG_AGAIN);
    info->tcpi_reordering = pcb->recovery.reordering;
    info->tcpi_reord_seen = pcb->recovery.times_reordered;
    info->tcpi_dsack_dups = pcb->recovery.duplicates;
    info->tcpi_total_retrans = pcb->resent;
    info->tcpi_bytes_retrans = pcb->recovery.resent_bytes;
    info->tcpi_notsent_bytes = notsent;
    info->tcpi_delivered = pcb->delivered;
    info->tcpi_bytes_acked = t->acked;
    info->tcpi_bytes_sent =
        t->acked + t->unacked - MIN((size_t)notsent, t->unacked) + pcb->recovery.resent_bytes;
}

static void fill_receiving(const struct tcp_socket *t, struct tcp_info *info)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    uint32_t quiet = (tcp_ticks_now() - pcb->tmr) * TCP_SLOW_INTERVAL;
    info->tcpi_ato = TCP_TMR_INTERVAL * USEC_PER_MS;
    info->tcpi_rcv_mss = pcb->mss;
    info->tcpi_advmss = (uint32_t)pcb->mss + TCP_OPTS_SPACE(pcb);
    info->tcpi_rcv_wscale = pcb->rcv_scale;
    info->tcpi_rcv_space = info->tcpi_rcv_ssthresh = pcb->rcv_wnd_max;
    info->tcpi_bytes_received = t->received;
    info->tcpi_last_ack_recv = info->tcpi_last_data_recv = quiet;
}

/* Locked. */
static void fill_info(const struct tcp_socket *t, struct tcp_info *info)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    info->tcpi_state = tcp_linux_state[CLOSED];
    info->tcpi_options = t->fastopen.data_acked ? TCPI_OPT_SYN_DATA : 0;
    info->tcpi_fastopen_client_fail = t->fastopen.failed & 3;
    if (pcb == NULL)
        return;
    info->tcpi_state = tcp_linux_state[pcb->state];
    if (t->phase == TCP_LISTENING) {
        info->tcpi_unacked = t->nr_pending; /* as on Linux: how long the queue is … */
        info->tcpi_sacked = t->backlog;     /* … and may be */
    }
    if (!tcp_is_open(t))
        return;
    info->tcpi_options |= info_options(pcb);
    info->tcpi_pmtu = (uint32_t)pcb->mss + TCP_OPTS_SPACE(pcb) +
                      (IP_IS_V6_VAL(pcb->remote_ip) ? HEADERS_V6 : HEADERS_V4);
    fill_sending(t, info);
    fill_receiving(t, info);
}

static ssize_t get_info(struct tcp_socket *t, void *value, size_t size)
{
    struct tcp_info info = {0};
    fill_info(t, &info);
    size = MIN(size, sizeof(info));
    memcpy(value, &info, size);
    return (ssize_t)size;
}

static int segment_size(const struct tcp_socket *t)
{
    if (tcp_is_open(t))
        return t->i.pcb.tcp->mss;
    return t->segment_max != 0 ? (int)t->segment_max : DEFAULT_MSS;
}

static int fastopen_max(const struct tcp_socket *t)
{
    return t->fastopen.listener != NULL ? (int)t->fastopen.listener->max : 0;
}

/* Locked. */
static ssize_t get(struct tcp_socket *t, int name, void *value, size_t size)
{
    char congestion[CONGESTION_MAX] = TCP_CONGESTION_NAME;
    switch (name) {
    case TCP_NODELAY:
        return inet_write_int(value, size, t->nodelay);
    case TCP_CORK:
        return inet_write_int(value, size, t->cork);
    case TCP_MAXSEG:
        return inet_write_int(value, size, segment_size(t));
    case TCP_SYNCNT:
        return inet_write_int(value, size, t->syn_count != 0 ? (int)t->syn_count : TCP_SYNMAXRTX);
    case TCP_USER_TIMEOUT:
        return inet_write_int(value, size, (int)t->user_timeout);
    case TCP_LINGER2:
        return inet_write_int(value, size, t->linger2 < 0 ? -1 : (int)(fin_wait_of(t) / MS_PER_S));
    case TCP_DEFER_ACCEPT:
        return inet_write_int(value, size, (int)t->defer_accept);
    case TCP_QUICKACK:
        return inet_write_int(value, size, t->quickack);
    case TCP_WINDOW_CLAMP:
        return inet_write_int(value, size, (int)t->window_clamp);
    case TCP_NOTSENT_LOWAT:
        return inet_write_int(value, size, (int)t->notsent_lowat);
    case TCP_INQ:
        return inet_write_int(value, size, t->tells_rest);
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
    case TCP_FASTOPEN:
        return inet_write_int(value, size, fastopen_max(t));
    case TCP_FASTOPEN_CONNECT:
        return inet_write_int(value, size, t->fastopen.connect);
    case TCP_FASTOPEN_NO_COOKIE:
        return inet_write_int(value, size, t->fastopen.no_cookie);
    case TCP_FASTOPEN_KEY:
        return (ssize_t)tcp_fastopen_get_key(t, value, size);
    default:
        return -ENOPROTOOPT;
    }
}

static ssize_t get_group(const struct tcp_socket *t, int level, int name, void *value, size_t size)
{
    bool v6 = level == IPPROTO_IPV6;
    unsigned flag = group_flag(v6, name);
    if (!is_of_family(t, level))
        return -ENOPROTOOPT;
    if (flag != 0)
        return inet_write_int(value, size, !(t->i.flags & flag));
    if (name == (v6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL))
        return inet_write_int(value, size, 1);
    if (name == (v6 ? IPV6_MULTICAST_IF : IP_MULTICAST_IF))
        return inet_write_int(value, size, 0);
    return -ENOPROTOOPT;
}

ssize_t tcp_get_level(struct socket *s, int level, int name, void *value, size_t size)
{
    struct tcp_socket *t = tcp_of(s);
    ssize_t n = get_group(t, level, name, value, size);
    if (n != -ENOPROTOOPT)
        return n;
    if (level != IPPROTO_TCP)
        return inet_get_option(&t->i, level, name, value, size);
    net_lock();
    n = get(t, name, value, size);
    net_unlock();
    return n;
}
