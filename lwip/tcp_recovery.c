/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: what is known of segments under way on connections with SACK, and when they are sent again.
 * See tcp_recovery.h.
 *
 * Each call goes through the queue of unacknowledged segments a few times at most, and does not
 * grow it beyond one segment for each mss bytes, whatever blocks a peer sends.
 */
#include "tcp_recovery.h"

#include <stdbool.h>

#include "lwip/priv/tcp_priv.h"

#define TIMER_SLACK_US 2000 /* as Linux: a timer for reordering comes so much later */
#define STEPS_ROUNDS   16   /* recoveries without a duplicate until the window is small again */

struct tcp_sack_blocks tcp_sack_blocks;
static struct tcp_pcb *waiting; /* those whose `due` is not 0; none is due before … */
static uint64_t earliest;
static unsigned nr_lost; /* segments that were found lost, once and again */
static bool late;        /* what is being acknowledged came out of order, as was noted */

static uint32_t seq_of(const struct tcp_seg *seg)
{
    return lwip_ntohl(seg->tcphdr->seqno);
}

static uint32_t end_of(const struct tcp_seg *seg)
{
    return seq_of(seg) + TCP_TCPLEN(seg);
}

static uint32_t packets(const struct tcp_pcb *pcb, uint32_t bytes)
{
    return (bytes + pcb->mss - 1) / pcb->mss;
}

/* Bytes under way. Less than none: of a segment that counts as lost a part is acknowledged. */
static int32_t in_flight(const struct tcp_pcb *pcb)
{
    return (int32_t)(pcb->snd_nxt - pcb->lastack - TCP_RECOVERY_CREDIT(pcb));
}

/* The driver had a larger segment when a part of it was acknowledged, and it could not be split
 * then: that part is freed with the next one that is. */
static bool is_acked(const struct tcp_pcb *pcb, const struct tcp_seg *seg)
{
    return TCP_SEQ_LEQ(end_of(seg), pcb->lastack);
}

static struct tcp_sent sent_of(const struct tcp_seg *seg)
{
    return (struct tcp_sent){seg->sent, end_of(seg)};
}

static bool is_later(struct tcp_sent a, struct tcp_sent b)
{
    return a.nr != b.nr ? (int32_t)(a.nr - b.nr) > 0 : TCP_SEQ_GT(a.end, b.end);
}

/* --- marks */

static void clear_marks(struct tcp_pcb *pcb, struct tcp_seg *seg, unsigned marks)
{
    struct tcp_recovery *r = &pcb->recovery;
    uint32_t len = TCP_TCPLEN(seg);
    marks &= seg->marks;
    seg->marks &= (uint8_t)~marks;
    r->sacked -= marks & TCP_SEG_SACKED ? len : 0;
    r->lost -= marks & TCP_SEG_LOST ? len : 0;
    r->again -= marks & TCP_SEG_AGAIN ? len : 0;
}

static void mark_lost(struct tcp_pcb *pcb, struct tcp_seg *seg)
{
    clear_marks(pcb, seg, TCP_SEG_LOST | TCP_SEG_AGAIN);
    seg->marks |= TCP_SEG_LOST;
    nr_lost++;
    pcb->recovery.lost += TCP_TCPLEN(seg);
}

/* A segment has arrived: those sent before it should have, too. Of one that was sent more than once
 * it may be the first that came, unless the last had the time to (RFC 8985, 6.2, step 2). */
static void note_arrival(struct tcp_pcb *pcb, const struct tcp_seg *seg)
{
    struct tcp_recovery *r = &pcb->recovery;
    if (seg->marks & TCP_SEG_RESENT &&
        (pcb->rtt_count == 0 || (uint32_t)lwip_port_now_us() - seg->resent_at < pcb->min_rtt_us))
        return;
    if (is_later(sent_of(seg), r->newest))
        r->newest = sent_of(seg);
}

/* What was never sent again has come: after something that was sent later? */
static bool note_reordering(struct tcp_pcb *pcb, uint32_t seq)
{
    struct tcp_recovery *r = &pcb->recovery;
    uint32_t distance = packets(pcb, r->highest - seq);
    if (TCP_SEQ_GEQ(seq, r->highest))
        return false;
    if (distance > r->reordering)
        r->reordering = (uint16_t)LWIP_MIN(distance, TCP_REORDERING_MAX);
    r->times_reordered++;
    return true;
}

static void mark_sacked(struct tcp_pcb *pcb, struct tcp_seg *seg)
{
    note_arrival(pcb, seg);
    clear_marks(pcb, seg, TCP_SEG_LOST | TCP_SEG_AGAIN);
    seg->marks |= TCP_SEG_SACKED;
    pcb->recovery.sacked += TCP_TCPLEN(seg);
}

void tcp_recovery_acked(struct tcp_pcb *pcb, const struct tcp_seg *seg)
{
    struct tcp_recovery *r = &pcb->recovery;
    uint32_t len = TCP_TCPLEN(seg);
    if (!(seg->marks & TCP_SEG_SACKED)) {
        note_arrival(pcb, seg);
        if (r->state != TCP_ORDERED && !(seg->marks & TCP_SEG_RESENT) && !late)
            late = note_reordering(pcb, seq_of(seg));
    }
    r->sacked -= seg->marks & TCP_SEG_SACKED ? len : 0;
    r->lost -= seg->marks & TCP_SEG_LOST ? len : 0;
    r->again -= seg->marks & TCP_SEG_AGAIN ? len : 0;
}

uint32_t tcp_recovery_unknown(const struct tcp_pcb *pcb, uint32_t ack)
{
    uint32_t bytes = ack - pcb->lastack;
    for (const struct tcp_seg *seg = pcb->unacked; seg && TCP_SEQ_LEQ(end_of(seg), ack);
         seg = seg->next)
        bytes -= seg->marks & TCP_SEG_SACKED ? TCP_TCPLEN(seg) : 0;
    return bytes;
}

uint32_t tcp_recovery_packets(const struct tcp_pcb *pcb, unsigned mark)
{
    uint32_t n = 0;
    for (const struct tcp_seg *seg = pcb->unacked; seg; seg = seg->next)
        if (seg->marks & mark)
            n += packets(pcb, TCP_TCPLEN(seg));
    return n;
}

/* --- blocks */

/* Splits a segment after `keep` bytes; the caller has rounded them to whole packets. */
static bool split(struct tcp_pcb *pcb, struct tcp_seg *seg, uint32_t keep)
{
    if (seg->p->ref != 1 || tcp_split_seg(pcb, seg, (u16_t)keep) != ERR_OK)
        return false;
    pcb->unacked_tail = NULL;
    return true;
}

/* Whether a block covers a segment, which is split where it covers a part of it: so many packets as
 * are there in whole, or the rest. */
static bool covers(struct tcp_pcb *pcb, uint32_t left, uint32_t right, struct tcp_seg *seg)
{
    uint32_t seq = seq_of(seg), keep;
    if (TCP_SEQ_LEQ(right, seq) || TCP_SEQ_GEQ(left, end_of(seg)))
        return false;
    if (TCP_SEQ_GT(left, seq)) { /* what lies before it, rounded up; the rest comes next */
        keep = packets(pcb, left - seq) * pcb->mss;
        if (keep < seg->len)
            (void)split(pcb, seg, keep);
        return false;
    }
    if (TCP_SEQ_GEQ(right, end_of(seg)))
        return true;
    keep = (right - seq) / pcb->mss * pcb->mss;
    return keep > 0 && keep < seg->len && split(pcb, seg, keep);
}

static void undo(struct tcp_pcb *pcb)
{
    struct tcp_recovery *r = &pcb->recovery;
    pcb->cwnd = LWIP_MAX(pcb->cwnd, r->undo_window);
    pcb->ssthresh = LWIP_MAX(pcb->ssthresh, r->undo_threshold);
    r->undo_window = 0;
    for (struct tcp_seg *seg = pcb->unacked; seg; seg = seg->next)
        clear_marks(pcb, seg, TCP_SEG_LOST | TCP_SEG_AGAIN);
    r->state = TCP_DISORDERED;
}

/* The peer tells of what it got twice. Once that is all that was sent again, nothing was lost. */
static void note_duplicate(struct tcp_pcb *pcb, uint32_t left, uint32_t right)
{
    struct tcp_recovery *r = &pcb->recovery;
    uint32_t n = packets(pcb, right - left);
    r->duplicates += n;
    if (r->window_steps < UINT8_MAX)
        r->window_steps++;
    r->window_rounds = STEPS_ROUNDS;
    if (r->undo_window == 0 || r->undo_left == 0 || TCP_SEQ_LEQ(right, r->undo_from))
        return;
    r->undo_left -= LWIP_MIN(n, r->undo_left);
    if (r->undo_left == 0)
        undo(pcb);
}

/* RFC 2883: below what is acknowledged, or within the block behind it. */
static bool is_duplicate(const struct tcp_pcb *pcb, const struct tcp_sack_blocks *b)
{
    return TCP_SEQ_LEQ(b->at[0].right, pcb->lastack) ||
           (b->nr > 1 && TCP_SEQ_GEQ(b->at[0].left, b->at[1].left) &&
            TCP_SEQ_LEQ(b->at[0].right, b->at[1].right));
}

/* Whether a block lies in what is under way, and not at its begin, which would be acknowledged. */
static bool is_valid(const struct tcp_pcb *pcb, uint32_t left, uint32_t right)
{
    return TCP_SEQ_LT(left, right) && TCP_SEQ_GT(left, pcb->lastack) &&
           TCP_SEQ_LEQ(right, pcb->snd_nxt);
}

/* Marks what the blocks tell of. */
static void take_blocks(struct tcp_pcb *pcb)
{
    struct tcp_sack_blocks *b = &tcp_sack_blocks;
    struct tcp_recovery *r = &pcb->recovery;
    uint32_t first = r->highest, highest = r->highest; /* of what has come late */
    unsigned nr = 0;

    if (b->nr > 0 && TCP_SEQ_LT(b->at[0].left, b->at[0].right) &&
        TCP_SEQ_LEQ(b->at[0].right, pcb->snd_nxt) && is_duplicate(pcb, b))
        note_duplicate(pcb, b->at[0].left, b->at[0].right);
    for (unsigned i = 0; i < b->nr; i++)
        if (is_valid(pcb, b->at[i].left, b->at[i].right))
            b->at[nr++] = b->at[i];
    b->nr = nr;
    for (struct tcp_seg *seg = nr > 0 ? pcb->unacked : NULL; seg; seg = seg->next)
        for (unsigned i = 0; i < nr; i++) {
            if (seg->marks & TCP_SEG_SACKED || !covers(pcb, b->at[i].left, b->at[i].right, seg))
                continue;
            if (!(seg->marks & TCP_SEG_RESENT) && TCP_SEQ_LT(seq_of(seg), first))
                first = seq_of(seg);
            mark_sacked(pcb, seg);
            if (TCP_SEQ_GT(end_of(seg), highest))
                highest = end_of(seg);
        }
    late = TCP_SEQ_LT(first, r->highest);
    r->highest = highest;
    if (late)
        (void)note_reordering(pcb, first);
    late = false;
}

/* --- what is lost */

static void stop_waiting(struct tcp_pcb *pcb)
{
    struct tcp_recovery *r = &pcb->recovery;
    if (r->due == 0)
        return;
    *r->link_due = r->next_due;
    if (r->next_due)
        r->next_due->recovery.link_due = r->link_due;
    r->due = 0;
}

static void wait_for(struct tcp_pcb *pcb, uint32_t us)
{
    struct tcp_recovery *r = &pcb->recovery;
    if (r->due != 0)
        return;
    r->due = lwip_port_now_us() + us + TIMER_SLACK_US;
    r->due_newest = r->newest;
    if (!waiting || r->due < earliest)
        earliest = r->due;
    r->next_due = waiting;
    r->link_due = &waiting;
    if (waiting)
        waiting->recovery.link_due = &r->next_due;
    waiting = pcb;
    lwip_port_timer_set();
}

/* How long a segment may come after those that were sent later, µs (RFC 8985, 6.2, step 4). */
static uint32_t reordering_window(const struct tcp_pcb *pcb)
{
    const struct tcp_recovery *r = &pcb->recovery;
    uint32_t steps = r->window_steps + 1U;
    if (pcb->rtt_count == 0)
        return 0;
    if (r->times_reordered == 0 &&
        (r->state >= TCP_RECOVERING || tcp_recovery_packets(pcb, TCP_SEG_SACKED) >= r->reordering))
        return 0;
    return (uint32_t)LWIP_MIN((uint64_t)(pcb->min_rtt_us / 4) * steps, pcb->srtt_us / 8);
}

/* Whether something that was sent after this segment, the last time, has arrived, but not this. */
static bool is_overtaken(const struct tcp_pcb *pcb, const struct tcp_seg *seg,
                         struct tcp_sent newest)
{
    if (seg->marks & TCP_SEG_SACKED || is_acked(pcb, seg) ||
        (seg->marks & (TCP_SEG_LOST | TCP_SEG_AGAIN)) == TCP_SEG_LOST)
        return false;
    return is_later(newest, sent_of(seg));
}

/* Marks as lost what was sent before `newest`. */
static void lose_before(struct tcp_pcb *pcb, struct tcp_sent newest)
{
    for (struct tcp_seg *seg = pcb->unacked; seg; seg = seg->next)
        if (is_overtaken(pcb, seg, newest))
            mark_lost(pcb, seg);
}

/* With `patient`, even where no time is given, a timer is: as on Linux, if the round trip that an
 * acknowledgement tells of is that of a segment sent before those that are missing. */
static void detect_losses(struct tcp_pcb *pcb, bool patient)
{
    struct tcp_sent newest = pcb->recovery.newest;
    uint32_t window = reordering_window(pcb);
    const struct tcp_seg *seg;
    if (window == 0 && !patient) {
        stop_waiting(pcb);
        lose_before(pcb, newest);
        return;
    }
    for (seg = pcb->unacked; seg && !is_overtaken(pcb, seg, newest); seg = seg->next)
        ;
    if (seg)
        wait_for(pcb, window);
    else
        stop_waiting(pcb);
}

/* --- the congestion window */

static void prepare_undo(struct tcp_pcb *pcb)
{
    struct tcp_recovery *r = &pcb->recovery;
    r->undo_from = pcb->lastack;
    r->undo_window = pcb->cwnd;
    r->undo_threshold = pcb->ssthresh;
    r->undo_left = 0;
}

static void begin_recovery(struct tcp_pcb *pcb)
{
    struct tcp_recovery *r = &pcb->recovery;
    prepare_undo(pcb);
    r->state = TCP_RECOVERING;
    r->end = pcb->snd_nxt;
    r->prr_delivered = r->prr_out = 0;
    r->prr_window = LWIP_MIN(pcb->cwnd, pcb->snd_wnd);
    r->prr_window = LWIP_MAX(r->prr_window, pcb->mss);
    pcb->ssthresh = LWIP_MAX(r->prr_window / 2, 2U * pcb->mss);
    pcb->bytes_acked = 0;
}

/* RFC 6937: so much may be sent now, in whole packets. */
static void reduce_window(struct tcp_pcb *pcb, uint32_t delivered, bool safe)
{
    struct tcp_recovery *r = &pcb->recovery;
    int64_t flight = LWIP_MAX(in_flight(pcb), 0), room = (int64_t)pcb->ssthresh - flight, send;
    r->prr_delivered += delivered;
    if (room < 0) {
        uint64_t share = (uint64_t)r->prr_delivered * pcb->ssthresh / r->prr_window;
        send = (int64_t)((share + pcb->mss - 1) / pcb->mss * pcb->mss) - r->prr_out;
    } else {
        send = LWIP_MAX((int64_t)r->prr_delivered - r->prr_out, delivered);
        send = LWIP_MIN(send + (safe ? pcb->mss : 0), room);
    }
    if (r->prr_out == 0)
        send = LWIP_MAX(send, pcb->mss);
    pcb->cwnd = (tcpwnd_size_t)(flight + LWIP_MAX(send, 0));
}

static void end_recovery(struct tcp_pcb *pcb)
{
    struct tcp_recovery *r = &pcb->recovery;
    if (r->state == TCP_RECOVERING) {
        pcb->cwnd = pcb->ssthresh;
        pcb->bytes_acked = 0;
    }
    if (r->window_rounds > 0 && --r->window_rounds == 0)
        r->window_steps = 0;
    r->state = TCP_DISORDERED;
}

/* After losses were looked for: what state that is, and what may be sent. */
static void go_on(struct tcp_pcb *pcb, uint32_t delivered, bool safe)
{
    struct tcp_recovery *r = &pcb->recovery;
    if (r->state < TCP_RECOVERING && r->lost != 0)
        begin_recovery(pcb);
    if (r->state < TCP_RECOVERING)
        r->state = r->sacked != 0 ? TCP_DISORDERED : TCP_ORDERED;
    else if (r->state == TCP_RECOVERING && delivered > 0)
        reduce_window(pcb, delivered, safe);
}

/* Until now everything has come in order, and nothing of that has been noted. */
static void begin_disorder(struct tcp_pcb *pcb)
{
    struct tcp_recovery *r = &pcb->recovery;
    r->highest = pcb->lastack;
    r->newest.nr = (pcb->unacked ? pcb->unacked->sent : r->nr_sent) - 1;
}

void tcp_recovery_input(struct tcp_pcb *pcb, uint32_t unknown, int advanced)
{
    struct tcp_recovery *r = &pcb->recovery;
    unsigned lost = nr_lost;
    int32_t delivered;
    if (r->state == TCP_ORDERED)
        begin_disorder(pcb);
    take_blocks(pcb);
    delivered = (int32_t)(unknown - (pcb->snd_nxt - pcb->lastack - r->sacked));
    if (r->state >= TCP_RECOVERING && TCP_SEQ_GEQ(pcb->lastack, r->end))
        end_recovery(pcb);
    detect_losses(pcb, advanced && r->state < TCP_RECOVERING);
    go_on(pcb, delivered > 0 ? (uint32_t)delivered : 0, advanced && nr_lost == lost);
}

void tcp_recovery_time_out(struct tcp_pcb *pcb)
{
    struct tcp_recovery *r = &pcb->recovery;
    /* What the peer has told of is its at most until it is acknowledged (RFC 2018, 8). */
    bool reneged = (pcb->unacked->marks & TCP_SEG_SACKED) != 0;
    stop_waiting(pcb);
    if (r->state == TCP_ORDERED)
        begin_disorder(pcb);
    if (r->state < TCP_RECOVERING)
        prepare_undo(pcb);
    for (struct tcp_seg *seg = pcb->unacked; seg; seg = seg->next) {
        if (reneged)
            clear_marks(pcb, seg, TCP_SEG_SACKED);
        if (!(seg->marks & TCP_SEG_SACKED) && !is_acked(pcb, seg))
            mark_lost(pcb, seg);
    }
    r->state = TCP_TIMED_OUT;
    r->end = pcb->snd_nxt;
}

/* --- sending */

/* False: not now. */
static bool send_again(struct tcp_pcb *pcb, struct tcp_seg *seg)
{
    struct tcp_recovery *r = &pcb->recovery;
    uint32_t len, n;
    if (tcp_output_again(pcb, seg) != ERR_OK)
        return false;
    len = TCP_TCPLEN(seg); /* it may have been split */
    n = packets(pcb, len);
    seg->marks |= TCP_SEG_AGAIN | TCP_SEG_RESENT;
    seg->sent = ++r->nr_sent;
    seg->resent_at = (uint32_t)lwip_port_now_us();
    r->again += len;
    r->prr_out += len;
    r->resent_bytes += seg->len;
    r->undo_left += n;
    pcb->resent += n;
    lwip_stats.mib2.tcpretranssegs += n;
    return true;
}

static void drop_acked_part(struct tcp_pcb *pcb, struct tcp_seg *seg)
{
    uint32_t done = pcb->lastack - seq_of(seg);
    if (seg->len > pcb->mss && done < seg->len)
        (void)split(pcb, seg, done);
    if (is_acked(pcb, seg))
        clear_marks(pcb, seg, TCP_SEG_LOST | TCP_SEG_AGAIN);
}

void tcp_recovery_output(struct tcp_pcb *pcb)
{
    struct tcp_recovery *r = &pcb->recovery;
    for (struct tcp_seg *seg = pcb->unacked; seg && r->lost != r->again; seg = seg->next) {
        int32_t room = (int32_t)pcb->cwnd - LWIP_MAX(in_flight(pcb), 0);
        if (TCP_SEQ_LT(seq_of(seg), pcb->lastack))
            drop_acked_part(pcb, seg);
        if ((seg->marks & (TCP_SEG_LOST | TCP_SEG_AGAIN)) != TCP_SEG_LOST)
            continue;
        if (room < LWIP_MIN(seg->len, pcb->mss))
            return;
        if (TCP_SEQ_GT(seq_of(seg), pcb->lastack) && seq_of(seg) - pcb->lastack >= pcb->snd_wnd)
            return; /* the window has shrunk */
        if (seg->len > room && !split(pcb, seg, (uint32_t)room / pcb->mss * pcb->mss))
            return;
        if (!send_again(pcb, seg))
            return;
    }
}

void tcp_recovery_end(struct tcp_pcb *pcb)
{
    stop_waiting(pcb);
}

/* Ends the waiting of those that are due, and says when the next one is. */
static uint64_t end_waits(uint64_t now)
{
    uint64_t next = UINT64_MAX;
    struct tcp_pcb *after;
    for (struct tcp_pcb *pcb = waiting; pcb; pcb = after) {
        struct tcp_recovery *r = &pcb->recovery;
        after = r->next_due;
        if (r->due <= now) {
            stop_waiting(pcb);
            lose_before(pcb, r->due_newest);
            go_on(pcb, pcb->mss, false);
            detect_losses(pcb, false); /* those that were sent since */
            (void)tcp_output(pcb);
        }
        if (r->due != 0)
            next = LWIP_MIN(next, r->due);
    }
    return next;
}

uint32_t tcp_recovery_timers(void)
{
    uint64_t now;
    if (!waiting)
        return UINT32_MAX;
    now = lwip_port_now_us();
    if (earliest <= now)
        earliest = end_waits(now);
    return waiting ? (uint32_t)(earliest - now) : UINT32_MAX;
}
