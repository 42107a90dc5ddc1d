/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the calls that have sent bytes of a connection and want to be told when the last of them
 * leave (SO_TIMESTAMPING) or are acknowledged (that, and MSG_ZEROCOPY); and when bytes came that
 * are not read yet.
 *
 * Locks: see tcp.h.
 */
#include "stamps.h"
#include "tcp.h"

#include <hermit/kmalloc.h>
#include <hermit/timer.h>

#include "lwip/priv/tcp_priv.h"

#define JOINED_MAX 65534U /* calls that one notice can be of before it is told, as on Linux, … */
#define BYTES_MAX  524288 /* … and their bytes */
#define KEEP_FRAME                                                                                 \
    (1U << 31) /* besides SOF_TIMESTAMPING_TX_*: that of an acknowledgement tells it */
#define TO_LEAVE (SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE | KEEP_FRAME)

struct tcp_mark {
    struct list link;            /* in the socket's */
    struct queued_error *notice; /* of MSG_ZEROCOPY; NULL: none */
    unsigned stamps;             /* SOF_TIMESTAMPING_TX_*, what is to be stamped; KEEP_FRAME */
    struct pbuf *frame;          /* the packet that its last byte has left in; NULL: none */
    uint16_t payload;            /* … where in it the bytes begin */
    bool written;                /* in part, or all */
    uint32_t end;                /* sequence number behind the last byte, if so */
    size_t size;                 /* bytes */
};

/* Sockets with marks that have yet to leave, and so with control blocks. */
static struct list awaiting = LIST_INIT(awaiting);

int tcp_mark_begin(struct tcp_socket *t, const struct socket_message *m, struct tcp_mark **mark)
{
    bool zerocopy = m->flags & MSG_ZEROCOPY && t->i.flags & INET_ZEROCOPY;
    unsigned stamps = 0;
    int err = stamps_of_call(&t->i, m, &stamps);
    if (err != 0 || m->io.left == 0 || (!zerocopy && stamps == 0))
        return err;
    struct tcp_mark *new = kzalloc(sizeof(*new));
    if (new == NULL)
        return -ENOBUFS;
    new->stamps = stamps &(TO_LEAVE | SOF_TIMESTAMPING_TX_ACK);
    if (stamps & SOF_TIMESTAMPING_TX_ACK && !(t->i.stamping & SOF_TIMESTAMPING_OPT_TSONLY))
        new->stamps |= KEEP_FRAME;
    net_lock();
    if (zerocopy && (new->notice = zerocopy_begin(&t->i)) == NULL)
        err = -ENOBUFS;
    net_unlock();
    if (err != 0)
        kfree(new);
    else
        *mark = new;
    return err;
}

/* It is in no list any more. */
static void free_mark(struct tcp_mark *mark)
{
    stamps_awaited -= (mark->stamps & TO_LEAVE) != 0;
    if (mark->frame != NULL)
        pbuf_free(mark->frame);
    kfree(mark);
}

/* Its bytes are acknowledged, or the connection has ended. It is in no list any more. */
static void tell(struct tcp_socket *t, struct tcp_mark *mark)
{
    if (mark->notice != NULL)
        zerocopy_end(&t->i, mark->notice);
    free_mark(mark);
}

/* ---- Written ---- */

static bool notices_join(struct tcp_socket *t, struct tcp_mark *last, struct tcp_mark *mark)
{
    if (mark->notice == NULL)
        return true;
    const struct sock_extended_err *e = last->notice != NULL ? &last->notice->error : NULL;
    return e != NULL && e->ee_data - e->ee_info < JOINED_MAX &&
           last->size + mark->size <= BYTES_MAX && zerocopy_join(&t->i, last->notice, mark->notice);
}

/* Are both marks' last bytes in one segment that waits? The later one's are the last that wait. */
static bool shares_segment(const struct tcp_pcb *pcb, const struct tcp_mark *last)
{
    const struct tcp_seg *tail = pcb->unsent_tail;
    return tail != NULL && TCP_SEQ_GT(last->end, lwip_ntohl(tail->tcphdr->seqno));
}

/* As long as nothing of the last call is sent, another one's bytes are told of with its; of several
 * that one segment carries, the last one alone is stamped. */
static bool join(struct tcp_socket *t, struct tcp_mark *mark)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    if (list_empty(&t->marks))
        return false;
    struct tcp_mark *last = list_entry(t->marks.prev, struct tcp_mark, link);
    bool stamped = (last->stamps | mark->stamps) != 0;
    if (TCP_SEQ_LEQ(last->end, pcb->snd_nxt) ||
        (stamped && (mark->stamps == 0 || !shares_segment(pcb, last))) ||
        !notices_join(t, last, mark))
        return false;
    mark->stamps |= last->stamps;
    last->end = mark->end;
    last->size += mark->size;
    stamps_awaited += (mark->stamps & TO_LEAVE) != 0 && !(last->stamps & TO_LEAVE);
    last->stamps = mark->stamps;
    kfree(mark);
    return true;
}

/* All that the call writes is written. */
static void settle(struct tcp_socket *t, struct tcp_mark *mark)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    if (pcb == NULL || TCP_SEQ_LEQ(mark->end, pcb->snd_nxt))
        mark->stamps = 0; /* the connection has ended, or nothing waits to leave, as on Linux */
    if (pcb == NULL) {
        tell(t, mark);
        return;
    }
    bool awaits = (mark->stamps & TO_LEAVE) != 0;
    if (!join(t, mark)) {
        list_push_back(&t->marks, &mark->link);
        stamps_awaited += awaits;
    }
    if (awaits && list_empty(&t->awaiting))
        list_push_back(&awaiting, &t->awaiting);
    tcp_marks_acked(t);
}

void tcp_mark_write(struct tcp_socket *t, struct tcp_mark **mark, size_t n, bool last)
{
    struct tcp_mark *m = *mark;
    if (!m->written && m->notice != NULL)
        zerocopy_number(&t->i, m->notice);
    m->written = true;
    m->end = t->i.pcb.tcp->snd_lbb;
    m->size += n;
    if (last) {
        *mark = NULL;
        settle(t, m);
    }
}

void tcp_mark_end(struct tcp_socket *t, struct tcp_mark *mark)
{
    net_lock();
    if (mark->written) {
        settle(t, mark);
    } else {
        if (mark->notice != NULL)
            zerocopy_cancel(&t->i, mark->notice);
        kfree(mark);
    }
    net_unlock();
}

/* ---- Sent, acknowledged ---- */

int tcp_first_stamp(struct socket *s, uint32_t *number)
{
    const struct tcp_socket *t = tcp_of(s);
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    if (!tcp_is_open(t))
        return -EINVAL;
    *number = pcb->lastack + (pcb->state == SYN_SENT ? 1 : 0);
    return 0;
}

static uint32_t number_of(const struct tcp_socket *t, const struct tcp_mark *mark)
{
    return mark->end - 1 - t->i.next_stamp;
}

static bool same_ip(const ip_addr_t *a, const ip_addr_t *b)
{
    if (IP_IS_V6(a) != IP_IS_V6(b))
        return false;
    return IP_IS_V6(a) ? ip6_addr_cmp_zoneless(ip_2_ip6(a), ip_2_ip6(b))
                       : ip4_addr_cmp(ip_2_ip4(a), ip_2_ip4(b));
}

struct tcp_socket *tcp_that_awaits(const struct leaving *l)
{
    list_for_each (it, &awaiting) {
        struct tcp_socket *t = list_entry(it, struct tcp_socket, awaiting);
        const struct tcp_pcb *pcb = t->i.pcb.tcp;
        if (pcb->local_port != l->from.port || pcb->remote_port != l->to.port ||
            !same_ip(&pcb->remote_ip, &l->to.ip) || !same_ip(&pcb->local_ip, &l->from.ip))
            continue;
        list_for_each (at, &t->marks) {
            const struct tcp_mark *mark = list_entry(at, struct tcp_mark, link);
            if (mark->stamps & TO_LEAVE && TCP_SEQ_GEQ(l->end, mark->end))
                return t;
        }
        return NULL;
    }
    return NULL;
}

void tcp_marks_left(struct tcp_socket *t, const struct leaving *l)
{
    bool more = false;
    list_for_each (it, &t->marks) {
        struct tcp_mark *mark = list_entry(it, struct tcp_mark, link);
        unsigned stamps = mark->stamps & TO_LEAVE;
        if (stamps == 0)
            continue;
        if (TCP_SEQ_LT(l->end, mark->end)) {
            more = true;
            break;
        }
        if (stamps & SOF_TIMESTAMPING_TX_SCHED)
            stamps_queue(&t->i, SCM_TSTAMP_SCHED, number_of(t, mark), l, t->queued);
        if (stamps & SOF_TIMESTAMPING_TX_SOFTWARE)
            stamps_queue(&t->i, SCM_TSTAMP_SND, number_of(t, mark), l, t->queued);
        mark->stamps &= ~(unsigned)TO_LEAVE;
        stamps_awaited--;
        if (stamps & KEEP_FRAME && l->frame != NULL) {
            mark->frame = l->frame;
            mark->payload = l->payload;
            pbuf_ref(mark->frame);
        }
    }
    if (!more)
        list_remove(&t->awaiting);
}

void tcp_marks_acked(struct tcp_socket *t)
{
    list_for_each_safe (it, next, &t->marks) {
        struct tcp_mark *mark = list_entry(it, struct tcp_mark, link);
        const struct leaving l = {.frame = mark->frame, .payload = mark->payload};
        if (TCP_SEQ_GT(mark->end, t->i.pcb.tcp->lastack))
            return;
        list_remove(&mark->link);
        if (mark->stamps & SOF_TIMESTAMPING_TX_ACK)
            stamps_queue(&t->i, SCM_TSTAMP_ACK, number_of(t, mark), &l, t->queued);
        tell(t, mark);
    }
    list_remove(&t->awaiting); /* none is left to wait for */
}

void tcp_marks_end(struct tcp_socket *t)
{
    list_remove(&t->awaiting);
    list_for_each_safe (it, next, &t->marks) {
        struct tcp_mark *mark = list_entry(it, struct tcp_mark, link);
        list_remove(&mark->link);
        tell(t, mark);
    }
}

/* ---- Received ---- */

struct tcp_arrival {
    struct list link;
    uint64_t end;   /* of the bytes that the connection has received, so many are up to here */
    uint64_t stamp; /* ns since 1970 */
};

void tcp_note_arrival(struct tcp_socket *t, bool merged)
{
    struct tcp_arrival *a = merged ? NULL : kmalloc(sizeof(*a));
    if (a != NULL)
        list_push_back(&t->arrivals, &a->link);
    else if (!list_empty(&t->arrivals))
        a = list_entry(t->arrivals.prev, struct tcp_arrival, link);
    else
        return;
    a->end = t->received;
    a->stamp = clock_realtime();
}

uint64_t tcp_arrival_of(struct tcp_socket *t, size_t read, bool peek)
{
    uint64_t end = t->received - t->queued + (peek ? read : 0);
    list_for_each_safe (it, next, &t->arrivals) {
        struct tcp_arrival *a = list_entry(it, struct tcp_arrival, link);
        uint64_t stamp = a->stamp;
        bool last = a->end >= end;
        if (!peek && a->end <= end) {
            list_remove(&a->link);
            kfree(a);
        }
        if (last)
            return stamp;
    }
    return 0;
}

void tcp_drop_arrivals(struct tcp_socket *t)
{
    list_for_each_safe (it, next, &t->arrivals)
        kfree(list_entry(it, struct tcp_arrival, link));
    list_init(&t->arrivals);
}
