/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the calls that have sent bytes of a connection and want to be told when the peer has
 * acknowledged them (MSG_ZEROCOPY).
 *
 * Locks: see tcp.h.
 */
#include "error_queue.h"
#include "tcp.h"

#include <hermit/kmalloc.h>

#include "lwip/priv/tcp_priv.h"

#define JOINED_MAX 65534U /* calls that one notice can be of before it is told, as on Linux, … */
#define BYTES_MAX  524288 /* … and their bytes */

struct tcp_mark {
    struct list link;            /* in the socket's */
    struct queued_error *notice; /* of MSG_ZEROCOPY */
    bool written;                /* in part, or all */
    uint32_t end;                /* sequence number behind the last byte, if so */
    size_t size;                 /* bytes */
};

struct tcp_mark *tcp_mark_new(struct tcp_socket *t)
{
    struct tcp_mark *mark = kzalloc(sizeof(*mark));
    if (mark == NULL)
        return NULL;
    net_lock();
    mark->notice = zerocopy_begin(&t->i);
    net_unlock();
    if (mark->notice != NULL)
        return mark;
    kfree(mark);
    return NULL;
}

/* It is in no list any more. */
static void tell(struct tcp_socket *t, struct tcp_mark *mark)
{
    zerocopy_end(&t->i, mark->notice);
    kfree(mark);
}

/* As long as nothing of the last call is sent, another one's bytes are told of with its. */
static bool join(struct tcp_socket *t, struct tcp_mark *mark)
{
    if (list_empty(&t->marks))
        return false;
    struct tcp_mark *last = list_entry(t->marks.prev, struct tcp_mark, link);
    const struct sock_extended_err *e = &last->notice->error;
    if (TCP_SEQ_LEQ(last->end, t->i.pcb.tcp->snd_nxt) || e->ee_data - e->ee_info >= JOINED_MAX ||
        last->size + mark->size > BYTES_MAX || !zerocopy_join(&t->i, last->notice, mark->notice))
        return false;
    last->end = mark->end;
    last->size += mark->size;
    kfree(mark);
    return true;
}

/* All that the call writes is written. */
static void settle(struct tcp_socket *t, struct tcp_mark *mark)
{
    if (t->i.pcb.tcp == NULL) { /* the connection has ended meanwhile */
        tell(t, mark);
        return;
    }
    if (!join(t, mark))
        list_push_back(&t->marks, &mark->link);
    tcp_marks_acked(t);
}

void tcp_mark_write(struct tcp_socket *t, struct tcp_mark **mark, size_t n, bool last)
{
    struct tcp_mark *m = *mark;
    if (!m->written)
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
        zerocopy_cancel(&t->i, mark->notice);
        kfree(mark);
    }
    net_unlock();
}

void tcp_marks_acked(struct tcp_socket *t)
{
    while (!list_empty(&t->marks)) {
        struct tcp_mark *mark = list_first(&t->marks, struct tcp_mark, link);
        if (TCP_SEQ_GT(mark->end, t->i.pcb.tcp->lastack))
            return;
        list_remove(&mark->link);
        tell(t, mark);
    }
}

void tcp_marks_end(struct tcp_socket *t)
{
    while (!list_empty(&t->marks)) {
        struct tcp_mark *mark = list_first(&t->marks, struct tcp_mark, link);
        list_remove(&mark->link);
        tell(t, mark);
    }
}
