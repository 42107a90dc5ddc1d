/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the bytes of TCP sockets: sending, receiving, poll.
 *
 * What is sent is copied once, without net_core: a few bytes to the stack, from where lwIP copies
 * them again, more into a chunk, which lwIP's buffers refer to and count. A writer takes his part
 * of a chunk under net_core before he fills it in, so several can fill the same one.
 *
 * What arrives is queued as lwIP brings it. lwIP's window is SO_RCVBUF, so it is never refused.
 *
 * Locks: see tcp.h.
 */
#include "stamps.h"
#include "tcp.h"

#include <asm/ioctls.h>
#include <asm/socket.h>
#include <hermit/chaos.h>
#include <hermit/error_signal.h>
#include <hermit/kmalloc.h>
#include <linux/poll.h>
#include <linux/sockios.h>
#include <linux/tcp.h>

#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip_hooks.h"

#define COPY_MAX    512U  /* bytes of a call that lwIP copies once more */
#define REST_MIN    1024U /* a smaller rest of a chunk is no use to who has more to send */
#define BUFFERS_MAX 4096
#define BUFFER_MEAN                                                                                \
    512U /* bytes that buffers of a full queue have in the mean, before they are merged */
#define ANSWER_NS   40000000UL /* bytes that are sent so soon after others came answer them */
#define SNDBUF_MOST (TCP_SND_BUF - 2 * 0xffffU) /* what lwIP takes, but for one call */
#define WINDOW_STEP 0xffffU                     /* what tcp_recved() takes at once */

/* --- chunks */

/* A buffer of lwIP's that refers to bytes of a chunk. */
struct chunk_ref {
    struct pbuf_custom custom;
    struct tcp_chunk *chunk;
};

static struct tcp_chunk *written; /* the one that tcp_write() is given */

static void chunk_put(struct tcp_chunk *c)
{
    if (--c->refs == 0)
        kfree(c);
}

static void chunk_ref_free(struct pbuf *p)
{
    struct chunk_ref *r = (struct chunk_ref *)p;
    chunk_put(r->chunk);
    kfree(r);
}

struct pbuf *tcp_data_ref(const void *data, uint16_t size, const struct pbuf *of)
{
    struct chunk_ref *r = kmalloc(sizeof(*r));
    if (r == NULL)
        return NULL;
    r->custom.custom_free_function = chunk_ref_free;
    r->chunk = of == NULL ? written : ((const struct chunk_ref *)of)->chunk;
    r->chunk->refs++;
    return pbuf_alloced_custom(PBUF_RAW, size, PBUF_ROM, &r->custom, (void *)(uintptr_t)data, size);
}

/* One that fits n bytes, up to what tcp_write() takes at once: with its header 1, 4 or 16 pages,
 * for whoever has not read one byte of it holds all of it. NULL: out of memory. */
static struct tcp_chunk *chunk_new(size_t n)
{
    size_t pages = 1;
    while (pages < 16 && n > pages * PAGE_SIZE - sizeof(struct tcp_chunk))
        pages *= 4;
    struct tcp_chunk *c = kmalloc(pages * PAGE_SIZE);
    if (c == NULL)
        return NULL;
    c->refs = 1;
    c->size = (uint16_t)(pages * PAGE_SIZE - sizeof(*c));
    c->used = 0;
    return c;
}

/* The socket's chunk, with a reference and room for some of n bytes; NULL: out of memory. */
static struct tcp_chunk *chunk_get(struct tcp_socket *t, size_t n)
{
    struct tcp_chunk *c = t->chunk;
    if (c == NULL || (size_t)(c->size - c->used) < MIN(n, (size_t)REST_MIN)) {
        if (c != NULL)
            chunk_put(c);
        c = t->chunk = chunk_new(n);
        if (c == NULL)
            return NULL;
    }
    c->refs++;
    return c;
}

/* --- lwIP's callbacks */

/* Bytes of a buffer that small ones are merged in; with lwIP's head it is a page. */
#define MERGED_SIZE (PAGE_SIZE - 64)

static void append(struct tcp_socket *t, struct pbuf *p)
{
    if (t->first == NULL)
        t->first = p;
    else
        t->last->next = p;
    for (t->nr_buffers++; p->next != NULL; p = p->next)
        t->nr_buffers++;
    t->last = p;
    t->room = 0;
}

/* Each buffer costs some 400 bytes, or a page, however little is in it, and the window counts bytes
 * alone: whoever is sent single bytes and reads none would hold hundreds of times SO_RCVBUF. */
static bool is_wasteful(const struct tcp_socket *t, const struct pbuf *p)
{
    return t->nr_buffers * BUFFER_MEAN > (size_t)load_relaxed(&t->i.s.options.rcvbuf) &&
           p->tot_len < MERGED_SIZE / 2;
}

/* Copies a small buffer behind the last one's bytes. A call may be copying those out without the
 * lock: it knows how many there were. False: out of memory. */
static bool merge(struct tcp_socket *t, struct pbuf *p)
{
    if (p->tot_len > t->room) {
        struct pbuf *more = pbuf_alloc(PBUF_RAW, MERGED_SIZE, PBUF_RAM);
        if (more == NULL)
            return false;
        more->len = more->tot_len = 0;
        append(t, more);
        t->room = MERGED_SIZE;
    }
    (void)pbuf_copy_partial(p, (char *)t->last->payload + t->last->len, p->tot_len, 0);
    t->last->len = (u16_t)(t->last->len + p->tot_len);
    t->room -= p->tot_len;
    pbuf_free(p);
    return true;
}

/* The first segments are acknowledged at once, so that the peer's window opens quickly, until bytes
 * are seen to be answered by bytes: those carry the acknowledgement. What is larger than a segment
 * counts as two. */
static bool is_acked_at_once(struct tcp_socket *t, const struct tcp_pcb *pcb, const struct pbuf *p)
{
    if (t->acks_at_once || p->tot_len > pcb->mss)
        return true;
    if (t->answers || !t->quickack || t->quick_acks == 0)
        return false;
    t->quick_acks--;
    return true;
}

err_t tcp_bytes_arrived(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct tcp_socket *t = arg;
    (void)err; /* always ERR_OK */
    if (p == NULL) {
        t->at_end = true;
        t->i.shut |= INET_SHUT_RD;
        wake_all(&t->i.s.can_write); /* a hang-up, if our side is shut down */
    } else {
        t->queued += p->tot_len;
        t->received += p->tot_len;
        if (!t->answers)
            t->received_at = clock_monotonic();
        if (is_acked_at_once(t, pcb, p))
            tcp_ack_now(pcb);
        bool wasteful = is_wasteful(t, p);
        if (unlikely(t->i.flags & INET_WANTS_STAMP))
            tcp_note_arrival(t, wasteful);
        if (likely(!wasteful) || !merge(t, p))
            append(t, p);
    }
    if (unlikely(t->defers != NULL))
        tcp_end_defer(t);
    wake_all(&t->i.s.can_read);
    return ERR_OK;
}

static size_t send_buffer(const struct tcp_socket *t)
{
    return MIN((size_t)load_relaxed(&t->i.s.options.sndbuf), (size_t)SNDBUF_MOST);
}

/* Many small writes are bounded by the number of lwIP's buffers. */
static bool has_buffers(const struct tcp_socket *t)
{
    return t->i.pcb.tcp == NULL || tcp_sndqueuelen(t->i.pcb.tcp) < BUFFERS_MAX;
}

/* TCP_NOTSENT_LOWAT: so few bytes wait to be sent that there may be more. Linux wakes at half of
 * it. */
static bool is_sent(const struct tcp_socket *t, unsigned factor)
{
    return likely(t->notsent_lowat == 0) || t->i.pcb.tcp == NULL ||
           (uint64_t)tcp_notsent(t) * factor < t->notsent_lowat;
}

/* How many bytes may wait then: as on Linux a burst, half of the peer's window, is filled up. */
static size_t unsent_room(const struct tcp_socket *t)
{
    const struct tcp_pcb *pcb = t->i.pcb.tcp;
    if (likely(t->notsent_lowat == 0))
        return SIZE_MAX;
    size_t burst = MAX(pcb->snd_wnd_max / 2 / pcb->mss, 1U) * pcb->mss, waits = tcp_notsent(t);
    if (waits < burst)
        return burst - waits;
    return is_sent(t, 1) ? burst : 0;
}

/* As Linux has it: a third of the buffer is free. */
static bool is_writable(const struct tcp_socket *t)
{
    return t->unacked * 3 <= send_buffer(t) * 2 && has_buffers(t) && is_sent(t, 2);
}

/* Somebody waits for room: the buffer is to be twice what may be under way, as Linux has it, unless
 * SO_SNDBUF was set. */
static void grow_send_buffer(struct tcp_socket *t, const struct tcp_pcb *pcb)
{
    struct socket_options *o = &t->i.s.options;
    size_t wanted = 2 * (size_t)MIN(pcb->cwnd, pcb->snd_wnd);
    wanted = MIN(wanted, (size_t)TCP_SNDBUF_MAX);
    if (wanted > (size_t)load_relaxed(&o->sndbuf) &&
        !(load_relaxed(&o->fixed) & SOCKET_FIXED_SNDBUF))
        store_relaxed(&o->sndbuf, (int)wanted);
}

err_t tcp_bytes_acked(void *arg, struct tcp_pcb *pcb, u16_t n)
{
    struct tcp_socket *t = arg;
    t->unacked -= n;
    t->acked += n;
    if (unlikely(!list_empty(&t->marks)))
        tcp_marks_acked(t);
    if (!t->cork && pcb->flags & TF_CORK) { /* MSG_MORE waits for this, too */
        list_remove(&t->corked);
        tcp_clear_flags(pcb, TF_CORK);
    }
    if (t->wants_room)
        grow_send_buffer(t, pcb);
    if (t->unacked == 0 && t->chunk != NULL) { /* who is idle keeps no memory */
        chunk_put(t->chunk);
        t->chunk = NULL;
    }
    /* What waits to be sent is sent after this: whoever counts it looks then. */
    if (t->lingers || (t->wants_room && (is_writable(t) || t->notsent_lowat != 0))) {
        t->wants_room = false;
        wake_all(&t->i.s.can_write);
    }
    return ERR_OK;
}

static void pop_first(struct tcp_socket *t)
{
    struct pbuf *p = t->first;
    t->first = p->next;
    t->nr_buffers--;
    if (t->first == NULL)
        t->room = 0;
    p->next = NULL;
    p->tot_len = p->len;
    pbuf_free(p);
}

void tcp_drop_bytes(struct tcp_socket *t)
{
    while (t->first != NULL)
        pop_first(t);
    t->queued = t->offset = 0;
    tcp_drop_arrivals(t);
    if (t->chunk != NULL)
        chunk_put(t->chunk);
    t->chunk = NULL;
}

/* --- sending */

static struct list tcp_corked = LIST_INIT(tcp_corked); /* sockets whose bytes wait for more */

bool tcp_has_corked(void)
{
    return !list_empty(&tcp_corked);
}

void tcp_uncork(struct tcp_socket *t)
{
    struct tcp_pcb *pcb = t->i.pcb.tcp;
    list_remove(&t->corked);
    if (!tcp_is_open(t))
        return;
    tcp_clear_flags(pcb, TF_CORK);
    (void)tcp_output(pcb);
}

/* What has waited in vain for more is not to wait at the other end, too. */
static void push(const struct tcp_socket *t)
{
    struct tcp_seg *last = tcp_is_open(t) ? t->i.pcb.tcp->unsent : NULL;
    while (last != NULL && last->next != NULL)
        last = last->next;
    if (last != NULL)
        TCPH_SET_FLAG(last->tcphdr, TCP_PSH);
}

void tcp_uncork_all(void)
{
    while (!list_empty(&tcp_corked)) {
        struct tcp_socket *t = list_first(&tcp_corked, struct tcp_socket, corked);
        push(t);
        tcp_uncork(t);
    }
}

/* Sends what was written, but what is less than a segment if more is to come: that waits, at most
 * for the time of a timer; after MSG_MORE, for an acknowledgement. */
static void output(struct tcp_socket *t, bool more)
{
    struct tcp_pcb *pcb = t->i.pcb.tcp;
    if (!t->answers && t->received > 0)
        t->answers = clock_monotonic() - t->received_at < ANSWER_NS;
    if (!more) {
        tcp_uncork(t);
        return;
    }
    tcp_set_flags(pcb, TF_CORK);
    (void)tcp_output(pcb);
    list_remove(&t->corked);
    if (pcb->unsent != NULL) {
        list_push_back(&tcp_corked, &t->corked);
        net_timers_changed();
    }
}

/* The end of a call that sent `done` bytes before the error. */
static ssize_t sent(ssize_t done, int err, const struct socket_message *m)
{
    if (done > 0 || err == 0)
        return done;
    return err == -EPIPE && !(m->flags & MSG_NOSIGNAL) ? error_signal(err) : err;
}

/* One that is not connected can neither. */
static bool may_not_send(const struct tcp_socket *t)
{
    return load_relaxed(&t->i.s.error) != 0 || t->i.shut & INET_SHUT_WR || !tcp_is_open(t);
}

/* Notes that somebody waits, where a caller finds no room. */
static bool has_room(struct tcp_socket *t)
{
    if (tcp_is_connecting(t))
        return false;
    if (t->unacked < send_buffer(t) && has_buffers(t) && unsent_room(t) > 0 && !t->wants_room)
        return true;
    t->wants_room = !is_writable(t);
    return !t->wants_room;
}

/* Waits until t may send. Locked. 0, −EPIPE, a pending error, −errno. */
static int wait_to_send(struct tcp_socket *t, bool nonblock, uint64_t deadline)
{
    if (likely(!may_not_send(t) && has_room(t)))
        return 0;
    if (tcp_is_open(t) && !tcp_is_connecting(t))
        tcp_uncork(t);
    int err = inet_wait(&t->i.s.can_write, may_not_send(t) || has_room(t), nonblock, deadline);
    int pending = socket_take_error(&t->i.s);
    if (pending != 0)
        return pending;
    return may_not_send(t) ? -EPIPE : err;
}

/* One call that sends. */
struct sending {
    struct io_cursor *io;
    u8_t flags; /* TCP_WRITE_FLAG_* */
    bool nonblock;
    uint64_t deadline;
    struct tcp_mark *mark; /* NULL: none, or all was written */
};

/* Gives n bytes to lwIP, of a chunk or (NULL) for lwIP to copy. 0, −ENOMEM. Locked. */
static int give(struct tcp_socket *t, const void *data, size_t n, struct tcp_chunk *chunk,
                u8_t flags, struct sending *call)
{
    written = chunk;
    err_t err =
        tcp_write(t->i.pcb.tcp, data, (u16_t)n, chunk ? flags : flags | TCP_WRITE_FLAG_COPY);
    if (err != ERR_OK)
        return -ENOMEM;
    t->unacked += n;
    if (unlikely(call->mark != NULL))
        tcp_mark_write(t, &call->mark, n, call->io->left == 0);
    return 0;
}

/* Sends the rest of a call, a few bytes. The bytes, or −errno. */
static ssize_t send_small(struct tcp_socket *t, struct sending *call)
{
    char data[COPY_MAX];
    size_t n = call->io->left;
    if (io_copy_from(call->io, data, n) != n)
        return -EFAULT;
    net_lock();
    int err = wait_to_send(t, call->nonblock, call->deadline);
    if (err == 0 && n > 0)
        err = give(t, data, n, NULL, call->flags, call);
    if (err == 0 && n > 0)
        output(t, t->cork || call->flags & TCP_WRITE_FLAG_MORE);
    net_unlock();
    return err != 0 ? err : (ssize_t)n;
}

/* Sends the next bytes of a call, many, but leaves them with lwIP unless they are the last ones. */
static ssize_t send_large(struct tcp_socket *t, struct sending *call)
{
    struct io_cursor *io = call->io;
    struct tcp_chunk *c = NULL;
    size_t n = 0, at = 0;
    net_lock();
    int err = wait_to_send(t, call->nonblock, call->deadline);
    if (err == 0 && (c = chunk_get(t, io->left)) == NULL)
        err = -ENOMEM;
    if (err == 0) {
        at = c->used;
        n = MIN(io->left, c->size - at);
        n = MIN(n, unsent_room(t));
        c->used = (uint16_t)(c->used + n);
    }
    net_unlock();
    if (err != 0)
        return err;
    if (io_copy_from(io, c->data + at, n) != n)
        err = -EFAULT; /* its place in the chunk stays empty */
    chaos_point("tcp_chunk_filled");
    net_lock();
    if (err == 0 && may_not_send(t))
        err = wait_to_send(t, true, call->deadline); /* something has happened meanwhile */
    if (err == 0)
        err = give(t, c->data + at, n, c, io->left > 0 ? TCP_WRITE_FLAG_MORE : call->flags, call);
    if (err == 0 && io->left == 0)
        output(t, t->cork || call->flags & TCP_WRITE_FLAG_MORE);
    else if (err == 0 && t->notsent_lowat != 0)
        (void)tcp_output(t->i.pcb.tcp); /* what is sent makes room */
    chunk_put(c);
    net_unlock();
    return err != 0 ? err : (ssize_t)n;
}

ssize_t tcp_send_message(struct socket *s, struct socket_message *m, bool nonblock)
{
    struct tcp_socket *t = tcp_of(s);
    struct sending call = {
        .io = &m->io,
        .flags = (m->flags & MSG_MORE ? TCP_WRITE_FLAG_MORE : 0) |
                 (m->flags & MSG_EOR ? TCP_WRITE_FLAG_EOR : 0),
        .nonblock = !inet_blocks(m, nonblock),
        .deadline = socket_deadline(&s->options.sndtimeo),
    };
    ssize_t done = 0, n = 0;
    bool over = false;
    if (m->flags & MSG_OOB)
        return -EOPNOTSUPP;
    if (unlikely(tcp_may_mark(t, m))) {
        int err = tcp_mark_begin(t, m, &call.mark);
        if (err != 0)
            return err;
    }
    if (unlikely(m->flags & MSG_FASTOPEN || load_relaxed(&t->fastopen.deferred)))
        done = n = tcp_fastopen_send(t, m, call.nonblock, call.deadline, &call.mark, &over);
    while (!over) {
        n = m->io.left <= COPY_MAX ? send_small(t, &call) : send_large(t, &call);
        done += MAX(n, 0);
        over = n <= 0 || m->io.left == 0;
    }
    if (unlikely(call.mark != NULL))
        tcp_mark_end(t, call.mark);
    return sent(done, (int)MIN(n, 0), m);
}

/* --- receiving */

/* A buffer's worth was read. If that took not much longer than ever before, the window, not the
 * sender or the way, was what bounded it: it is doubled, unless SO_RCVBUF was set. Where the way is
 * the bound, twice the buffer takes twice the time. */
static void grow_receive_buffer(struct tcp_socket *t)
{
    struct socket_options *o = &t->i.s.options;
    int size = load_relaxed(&o->rcvbuf);
    uint64_t now = clock_monotonic(), time = now - t->taken_since;
    bool measured = t->taken_since != 0;
    t->taken = 0;
    t->taken_since = now;
    if (!measured)
        return;
    if (t->least_time == 0 || time < t->least_time)
        t->least_time = time;
    if (time > t->least_time + t->least_time / 2 || size >= TCP_RCVBUF_MAX ||
        load_relaxed(&o->fixed) & SOCKET_FIXED_RCVBUF)
        return;
    store_relaxed(&o->rcvbuf, MIN(size * 2, TCP_RCVBUF_MAX));
    tcp_apply_options(t);
}

/* Takes n bytes that were read off the queue. `reader` is held. Locked. */
static void consume(struct tcp_socket *t, size_t n)
{
    t->queued -= n;
    for (size_t left = n; left > 0;) {
        size_t here = MIN(left, t->first->len - t->offset);
        left -= here;
        t->offset += here;
        if (t->offset == t->first->len) {
            pop_first(t);
            t->offset = 0;
        }
    }
    t->taken += n;
    if (unlikely(t->taken >= (size_t)load_relaxed(&t->i.s.options.rcvbuf)))
        grow_receive_buffer(t);
    for (; n > 0 && tcp_is_open(t); n -= MIN(n, (size_t)WINDOW_STEP))
        tcp_recved(t->i.pcb.tcp, (u16_t)MIN(n, (size_t)WINDOW_STEP));
}

/* Nothing will arrive any more, or there is an error to tell. */
static bool is_over(const struct tcp_socket *t)
{
    return load_relaxed(&t->i.s.error) != 0 || t->i.shut & INET_SHUT_RD ||
           !(tcp_is_open(t) || tcp_is_connecting(t));
}

/* Why there are no bytes. 1: the end; −errno. `done`: others were read before, so that an error is
 * left for the next call. */
static int why_over(struct tcp_socket *t, bool done)
{
    if (t->phase == TCP_LISTENING)
        return -ENOTCONN;
    t->end_read = t->at_end;
    if (t->at_end || done)
        return 1;
    int err = socket_take_error(&t->i.s);
    if (err != 0)
        return err;
    return t->i.shut & INET_SHUT_RD ? 1 : -ENOTCONN;
}

/* Waits for `want` bytes, or for some and the end. `reader` is held but while it sleeps. Locked. 0,
 * 1: the end, −errno. */
static int wait_for_bytes(struct tcp_socket *t, size_t want, bool done, bool nonblock,
                          uint64_t deadline)
{
    int err = 0;
    while (t->queued < want) {
        if (is_over(t))
            return t->queued > 0 ? 0 : why_over(t, done);
        if (nonblock || err != 0)
            return t->queued > 0 ? 0 : nonblock ? -EAGAIN : err;
        mutex_unlock(&t->reader);
        err = socket_wait_error(net_wait(&t->i.s.can_read, deadline), deadline);
        net_unlock();
        mutex_lock(&t->reader);
        net_lock();
    }
    return 0;
}

/* Reads what is there, up to n bytes. `reader` is held. The bytes; −EFAULT: none is taken. */
static ssize_t read_bytes(struct tcp_socket *t, struct socket_message *call, size_t n,
                          const struct pbuf *first, size_t offset)
{
    n = MIN(n, call->io.left);
    if (call->flags & MSG_TRUNC)
        io_advance(&call->io, n); /* they are thrown away, as on Linux */
    else if (inet_copy_out(&call->io, first, offset, n) != n)
        return -EFAULT;
    if (!(call->flags & MSG_PEEK) && n > 0) {
        net_lock();
        consume(t, n);
        net_unlock();
    }
    return (ssize_t)n;
}

/* TCP_INQ. Behind the last byte the end counts as one. 0 or −EFAULT. */
static int tell_rest(struct tcp_socket *t, struct socket_message *call)
{
    net_lock();
    int rest = (int)MIN(t->queued, (size_t)INT32_MAX);
    if (rest == 0 && t->at_end)
        rest = 1;
    net_unlock();
    return socket_put_control(call, IPPROTO_TCP, TCP_CM_INQ, &rest, sizeof(rest));
}

/* When the last of `read` bytes came, if that is known. 0 or −EFAULT. */
static int tell_arrival(struct tcp_socket *t, struct socket_message *call, size_t read)
{
    net_lock();
    uint64_t ns = tcp_arrival_of(t, read, call->flags & MSG_PEEK);
    net_unlock();
    return ns != 0 && call->control != NULL ? stamps_tell(&t->i, ns, call) : 0;
}

ssize_t tcp_receive_message(struct socket *s, struct socket_message *call, bool nonblock)
{
    struct tcp_socket *t = tcp_of(s);
    uint64_t deadline = socket_deadline(&s->options.rcvtimeo);
    bool peek = call->flags & MSG_PEEK;
    size_t all = call->io.left, target = MIN((size_t)load_relaxed(&s->options.rcvlowat), all);
    ssize_t done = 0, n;
    if (call->flags & MSG_OOB)
        return -EINVAL; /* there is never any */
    if (call->flags & MSG_ERRQUEUE)
        return error_queue_receive(&t->i, call);
    if (call->flags & MSG_WAITALL)
        target = all;
    mutex_lock(&t->reader);
    do {
        net_lock();
        n = wait_for_bytes(t, peek ? MAX(target, 1UL) : 1, done > 0, !inet_blocks(call, nonblock),
                           deadline);
        size_t there = t->queued, offset = t->offset;
        const struct pbuf *first = t->first;
        net_unlock();
        if (n == 0)
            n = read_bytes(t, call, there, first, offset);
        else if (n == 1)
            n = 0;
        done += MAX(n, 0);
    } while (n > 0 && (size_t)done < target && !peek);
    mutex_unlock(&t->reader);
    if (done == 0 && n < 0)
        return n;
    if (unlikely(!list_empty(&t->arrivals)) && done > 0 && tell_arrival(t, call, (size_t)done) != 0)
        return -EFAULT;
    if (unlikely(t->tells_rest) && call->control != NULL && tell_rest(t, call) != 0)
        return -EFAULT;
    return done;
}

/* --- what there is to do */

static unsigned connection_events(struct tcp_socket *t)
{
    unsigned ready = 0;
    size_t least = (size_t)load_relaxed(&t->i.s.options.rcvlowat);
    if (t->i.shut == INET_SHUT_BOTH || !tcp_is_open(t))
        ready |= POLLHUP;
    if (t->i.shut & INET_SHUT_RD)
        ready |= POLLIN | POLLRDNORM | POLLRDHUP;
    if (t->queued > 0 && t->queued >= MIN(least, (size_t)load_relaxed(&t->i.s.options.rcvbuf) / 2))
        ready |= POLLIN | POLLRDNORM;
    if (t->i.shut & INET_SHUT_WR || is_writable(t))
        ready |= POLLOUT | POLLWRNORM;
    else
        t->wants_room = true;
    return ready;
}

unsigned tcp_poll_socket(struct socket *s, struct poll_table *pt)
{
    struct tcp_socket *t = tcp_of(s);
    unsigned ready = 0;
    poll_wait(pt, &s->can_read, POLLIN | POLLRDNORM | POLLRDHUP);
    poll_wait(pt, &s->can_write, POLLOUT | POLLWRNORM | POLLWRBAND);
    net_lock();
    if (t->phase == TCP_LISTENING)
        ready = list_empty(&t->pending) ? 0 : POLLIN | POLLRDNORM;
    else if (!tcp_is_connecting(t))
        ready = connection_events(t);
    else if (load_relaxed(&t->fastopen.deferred))
        ready = POLLOUT | POLLWRNORM;
    if (!list_empty(&t->i.errors))
        ready |= POLLERR;
    net_unlock();
    if (load_relaxed(&s->error) != 0)
        ready |= POLLERR;
    return ready;
}

long tcp_ioctl(struct socket *s, unsigned cmd, unsigned long arg)
{
    struct tcp_socket *t = tcp_of(s);
    if (cmd != FIONREAD && cmd != SIOCOUTQ && cmd != SIOCATMARK)
        return -ENOTTY;
    net_lock();
    bool listens = t->phase == TCP_LISTENING;
    size_t n = cmd == FIONREAD ? t->queued : cmd == SIOCOUTQ ? t->unacked : 0;
    net_unlock();
    if (listens && cmd != SIOCATMARK)
        return -EINVAL;
    return put_user_u32(user_ptr(arg), (uint32_t)n);
}
