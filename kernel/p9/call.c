/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: messages in flight. One that was sent stays in flight until the device gives it back, be it
 * without an answer, since its memory is the device's until then. What gives the call up does not
 * end that wait, but withdraws the message: a server must answer Tflush, and must have dealt with
 * the older message before.
 *
 * A device that gives up would leave its callers waiting: they look at it once a second.
 */
#include "client.h"

#include <asm-generic/errno.h>
#include <hermit/kmalloc.h>
#include <hermit/signal_pending.h>

#include <arch/layout.h>

#define LOOK_NS NSEC_PER_SEC /* how often a waiting task looks whether the device still works */

#define PARTS_ON_STACK 4

struct p9_call *p9_call_begin(struct p9_client *client, enum p9_type type, size_t request_size,
                              size_t reply_size)
{
    /* A connection that is being made is everybody's, and a fid is the server's until it
     * answers. */
    bool patient = type == P9_TFLUSH || type == P9_TVERSION || type == P9_TATTACH;
    /* The answer can be an error, which has 4 bytes. */
    request_size += P9_HEADER_SIZE;
    reply_size = P9_HEADER_SIZE + MAX(reply_size, 4UL);
    struct p9_call *call = kmalloc_for(sizeof(*call) + request_size + reply_size, FRAME_FAULT);
    if (call == NULL)
        return NULL;
    *call = (struct p9_call){
        .client = client,
        .type = (uint8_t)type,
        .tag = P9_NO_TAG,
        .wait_how = patient ? 0 : WAIT_KILLABLE,
        .reply_buffer = call->buffer + request_size,
        .reply_size = (uint32_t)reply_size,
    };
    wait_queue_init(&call->wait);
    p9_writer_init(&call->request, call->buffer, request_size);
    p9_put(&call->request, 0, 4); /* size and tag come when it is sent */
    p9_put(&call->request, type, 1);
    p9_put(&call->request, 0, 2);
    return call;
}

/* Locked. */
static void free_tag(struct p9_call *call)
{
    if (!call->tagged)
        return;
    call->client->tags[call->tag / 64] &= ~(1UL << call->tag % 64);
    call->tagged = false;
    wake_all(&call->client->room);
}

void p9_call_end(struct p9_call *call)
{
    if (call == NULL)
        return;
    /* Not before: Tflush must not meet another message with this one's tag. */
    unsigned long irq = spin_lock(&call->client->lock);
    free_tag(call);
    spin_unlock(&call->client->lock, irq);
    kfree(call);
}

/* Ends a call that the device has given back. Locked; a detached one is freed. */
static void finish(struct p9_call *call, uint32_t written)
{
    struct p9_client *client = call->client;
    list_remove(&call->link);
    if (call->detached != NULL) {
        p9_fid_forgotten(call->detached, written != 0);
        free_tag(call);
        kfree(call);
        return;
    }
    call->written = written;
    call->done = true;
    wake_all(&call->wait);
    wake_all(&client->room);
}

void p9_interrupt(void *owner)
{
    struct p9_client *client = owner;
    struct p9_call *call;
    uint32_t written;
    unsigned long irq = spin_lock(&client->lock);
    while (!client->dead && (call = virtio_9p_reap(client->device, &written)) != NULL)
        finish(call, written);
    spin_unlock(&client->lock, irq);
}

/* The device answers nothing any more: so that nobody waits for it. */
static void give_up(struct p9_client *client)
{
    unsigned long irq = spin_lock(&client->lock);
    if (!client->dead) {
        client->dead = true;
        virtio_9p_stop(client->device);
        list_for_each_safe (it, tmp, &client->flying)
            finish(list_entry(it, struct p9_call, link), 0);
        wake_all(&client->room);
    }
    spin_unlock(&client->lock, irq);
}

/* Takes a tag, unless the call has one or needs none: 0, or −EAGAIN. Locked. */
static int take_tag(struct p9_call *call)
{
    struct p9_client *client = call->client;
    if (call->tagged || call->type == P9_TVERSION)
        return 0;
    for (unsigned i = 0; i < P9_TAGS / 64; i++) {
        if (~client->tags[i] != 0) {
            unsigned bit = (unsigned)__builtin_ctzl(~client->tags[i]);
            client->tags[i] |= 1UL << bit;
            call->tag = (uint16_t)(i * 64 + bit);
            call->tagged = true;
            return 0;
        }
    }
    return -EAGAIN;
}

/* The message is complete: writes its size and tag. */
static void seal(struct p9_call *call, const struct p9_data *data)
{
    size_t size = (size_t)(call->request.at - call->request.start);
    struct p9_writer head;
    if (data != NULL && !data->device_writes)
        for (unsigned i = 0; i < data->nr; i++)
            size += data->parts[i].length;
    p9_writer_init(&head, call->request.start, P9_HEADER_SIZE);
    p9_put(&head, size, 4);
    p9_put(&head, call->type, 1);
    p9_put(&head, call->tag, 2);
}

/* After a wait without a result. */
static void look_after(struct p9_client *client)
{
    if (!virtio_9p_works(client->device))
        give_up(client);
}

/* A message as the device gets it: request, data, answer, or request, answer, data. */
struct shape {
    struct virtq_part *parts;
    unsigned nr_read, nr_write;
};

static void lay_out(const struct p9_call *call, const struct p9_data *data, struct shape *s)
{
    unsigned nr_data = data != NULL ? data->nr : 0, at = 0;
    bool writes = nr_data > 0 && data->device_writes;
    s->nr_read = writes ? 1 : 1 + nr_data;
    s->nr_write = nr_data + 2 - s->nr_read;
    s->parts[at++] = (struct virtq_part){virt_to_phys(call->request.start),
                                         (uint32_t)(call->request.at - call->request.start)};
    unsigned reply_at = writes ? at++ : at + nr_data;
    for (unsigned i = 0; i < nr_data; i++)
        s->parts[at++] = data->parts[i];
    s->parts[reply_at] = (struct virtq_part){virt_to_phys(call->reply_buffer), call->reply_size};
}

/* Sends if there is room. False, and −EAGAIN: there is none. */
static bool try_send(struct p9_call *call, const struct p9_data *data, const struct shape *s,
                     int *err)
{
    struct p9_client *client = call->client;
    unsigned long irq = spin_lock(&client->lock);
    *err = client->dead ? -EIO : take_tag(call);
    if (*err == 0) {
        seal(call, data);
        *err = virtio_9p_send(client->device, s->parts, s->nr_read, s->nr_write, call);
    }
    if (*err == 0)
        list_push_back(&client->flying, &call->link);
    spin_unlock(&client->lock, irq);
    return *err != -EAGAIN;
}

/* Waits for room and sends. 0, −EIO, −ERESTARTSYS. */
static int send_when_possible(struct p9_call *call, const struct p9_data *data,
                              const struct shape *s)
{
    for (;;) {
        int err;
        int slept = wait_event(&call->client->room, try_send(call, data, s, &err), call->wait_how,
                               clock_monotonic() + LOOK_NS);
        if (slept == 0)
            return err;
        if (slept == -EINTR)
            return -ERESTARTSYS;
        look_after(call->client);
    }
}

static int send(struct p9_call *call, const struct p9_data *data)
{
    struct virtq_part few[PARTS_ON_STACK];
    struct shape s = {.parts = few};
    unsigned nr = 2 + (data != NULL ? data->nr : 0);
    if (nr > PARTS_ON_STACK)
        s.parts = kmalloc_for(nr * sizeof(*s.parts), FRAME_FAULT);
    if (s.parts == NULL)
        return -ENOMEM;
    lay_out(call, data, &s);
    int err = send_when_possible(call, data, &s);
    if (s.parts != few)
        kfree(s.parts);
    return err;
}

/* With the lock, so that whoever ended the call has left it. */
static bool is_done(struct p9_call *call)
{
    unsigned long irq = spin_lock(&call->client->lock);
    bool done = call->done;
    spin_unlock(&call->client->lock, irq);
    return done;
}

/* Until the device has given the message back: 0. −EINTR: what `flags` name ended the wait. */
static int wait_done(struct p9_call *call, unsigned flags)
{
    for (;;) {
        int err = wait_event(&call->wait, is_done(call), flags, clock_monotonic() + LOOK_NS);
        if (err != -ETIMEDOUT)
            return err;
        look_after(call->client);
    }
}

/* Withdraws a message, and waits until the device has given it back: with an answer, if the server
 * had done by then what it asks for. */
static void withdraw(struct p9_call *call)
{
    struct p9_call *flush = p9_call_begin(call->client, P9_TFLUSH, 2, 0);
    if (flush != NULL) {
        p9_put(&flush->request, call->tag, 2);
        if (send(flush, NULL) == 0)
            (void)wait_done(flush, 0);
        p9_call_end(flush);
    }
    (void)wait_done(call, 0);
}

static bool is_dead(struct p9_client *client)
{
    unsigned long irq = spin_lock(&client->lock);
    bool dead = client->dead;
    spin_unlock(&client->lock, irq);
    return dead;
}

int p9_exchange(struct p9_call *call, const struct p9_data *data)
{
    if (call->request.broken)
        return -ENAMETOOLONG;
    int err = send(call, data);
    if (err != 0)
        return err;
    if (wait_done(call, call->wait_how) != 0)
        withdraw(call);
    p9_fids_clunk(call->client);
    if (call->written == 0)
        return is_dead(call->client) ? -EIO : -ERESTARTSYS;
    return p9_open_reply(&call->reply, call->reply_buffer, call->reply_size, call->written,
                         call->type, call->tag);
}

int p9_send_detached(struct p9_call *call, struct p9_fid *fid)
{
    struct virtq_part parts[2];
    struct shape s = {.parts = parts};
    int err;
    call->detached = fid;
    lay_out(call, NULL, &s);
    (void)try_send(call, NULL, &s, &err);
    return err;
}
