/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: messages in flight. One that was sent stays in flight until the device gives it back, be it
 * without an answer, since its memory is the device's until then. What gives a request up does not
 * end that wait, but tells the server, which then answers at once, if it can.
 *
 * A device that gives up would leave its callers waiting: they look at it once a second, and at
 * what the launcher has told, as the device does not know when its server has ended.
 *
 * Waiting for farewells needs no more than the client's lock. Under it, nr_left counts those that
 * were sent, and nr_gone those that the device gave back, or that nobody is left to take; what each
 * of these had in `held` has left it by then. So whoever reads nr_left, and waits until nr_gone is
 * as much, finds that as many have ended, be they others than those that he meant. The wait ends:
 *
 *     - What was sent is `leaving` only while its queue is full, and among `forgets` only while
 *       that is so or the device has a batch: while it has something that it will give back. Then,
 *       or when the client is given up, nr_gone grows.
 *     - The lock is held from there to the wake-up of `room`. Only who sends to a dead client wakes
 *       nobody: giving it up has made nr_gone what nr_left was, and has woken all; from then on
 *       both grow together.
 *
 * `held` is no part of that: it grows without the lock, before the server is asked, and shrinks
 * once what was held is closed or was not opened. So it is never less than what the server has
 * open. Of tasks that ask at the same time, the last to add sees the sum of all.
 */
#include "client.h"

#include <asm-generic/errno.h>
#include <hermit/console.h>
#include <hermit/kmalloc.h>
#include <hermit/signal_pending.h>
#include <hermit/string.h>

#include <arch/layout.h>

#define LOOK_NS NSEC_PER_SEC /* how often a waiting task looks whether the device still works */

#define PARTS_ON_STACK 4

#define ERROR_MAX 511 /* numbers above are the kernel's own (hermit/signal_pending.h) */

/* A request whose task waits: what follows the header, then the answer. */
struct call {
    struct fuse_flight flight; /* the first member */
    struct fuse_in_header in;
    uint8_t rest[];
};

/* Where the device finds a message. */
struct shape {
    struct virtq_part *parts;
    unsigned nr_read, nr_write;
};

static void flight_init(struct fuse_flight *flight, struct fuse_client *client)
{
    flight->client = client;
    flight->queue = VIRTIO_FS_USUAL;
    wait_queue_init(&flight->wait);
}

void fuse_batch_init(struct fuse_client *client)
{
    struct fuse_batch *batch = &client->batch;
    flight_init(&batch->flight, client);
    batch->flight.queue = VIRTIO_FS_URGENT;
    list_init(&batch->farewells);
    batch->in.opcode = FUSE_BATCH_FORGET;
}

static void end_farewell(struct fuse_farewell *f)
{
    f->flight.client->nr_gone++;
    fuse_farewell_free(f);
}

static void end_farewells(struct list *farewells)
{
    list_for_each_safe (it, tmp, farewells)
        end_farewell(list_entry(it, struct fuse_farewell, flight.link));
    list_init(farewells);
}

static void end_batch(struct fuse_batch *batch)
{
    end_farewells(&batch->farewells);
    batch->head.count = 0;
    batch->flying = false;
}

/* Ends a message that the device has given back. Locked; a detached one is freed. */
static void finish(struct fuse_flight *flight, uint32_t written)
{
    struct fuse_client *client = flight->client;
    list_remove(&flight->link);
    if (flight == &client->batch.flight) {
        end_batch(&client->batch);
    } else if (flight->detached) {
        end_farewell(container_of(flight, struct fuse_farewell, flight));
    } else {
        flight->written = written;
        flight->done = true;
        wake_all(&flight->wait);
    }
    wake_all(&client->room);
}

/* Hands a message over. 0, −EAGAIN: there is no room, −EIO. Locked. */
static int hand_over(struct fuse_flight *flight, struct fuse_in_header *in, const struct shape *s)
{
    struct fuse_client *client = flight->client;
    if (client->dead)
        return -EIO;
    in->unique = ++client->last_unique;
    flight->after_farewells = client->nr_gone < client->nr_left;
    int err =
        virtio_fs_send(client->device, flight->queue, s->parts, s->nr_read, s->nr_write, flight);
    if (err == 0)
        list_push_back(&client->flying, &flight->link);
    return err;
}

static int try_farewell(struct fuse_farewell *f)
{
    struct virtq_part parts[2] = {{virt_to_phys(&f->in), f->in.len},
                                  {virt_to_phys(&f->out), sizeof(f->out)}};
    return hand_over(&f->flight, &f->in, &(struct shape){parts, 1, 1});
}

/* Sends what has waited for room. Locked. */
static void send_leaving(struct fuse_client *client)
{
    while (!client->dead && !list_empty(&client->leaving)) {
        struct fuse_farewell *f = list_first(&client->leaving, struct fuse_farewell, flight.link);
        list_remove(&f->flight.link);
        if (try_farewell(f) != 0) {
            list_push_front(&client->leaving, &f->flight.link);
            return;
        }
    }
}

/* Locked. */
static void fill_batch(struct fuse_client *client)
{
    struct fuse_batch *batch = &client->batch;
    while (batch->head.count < FUSE_BATCH_MAX && !list_empty(&client->forgets)) {
        struct fuse_farewell *f = list_first(&client->forgets, struct fuse_farewell, flight.link);
        list_remove(&f->flight.link);
        list_push_back(&batch->farewells, &f->flight.link);
        batch->one[batch->head.count++] =
            (struct fuse_forget_one){f->in.nodeid, f->args.forget.nlookup};
    }
}

/* Sends the FORGETs that have gathered, unless the device has some. Locked. */
static void send_forgets(struct fuse_client *client)
{
    struct fuse_batch *batch = &client->batch;
    if (client->dead || batch->flying)
        return;
    fill_batch(client);
    if (batch->head.count == 0)
        return;
    size_t size = sizeof(batch->head) + batch->head.count * sizeof(batch->one[0]);
    batch->in.len = (uint32_t)(sizeof(batch->in) + size);
    struct virtq_part part = {virt_to_phys(&batch->in), batch->in.len};
    batch->flying = hand_over(&batch->flight, &batch->in, &(struct shape){&part, 1, 0}) == 0;
}

/* Nobody is left to send them to. Locked. */
static void drop_leaving(struct fuse_client *client)
{
    end_farewells(&client->leaving);
    end_farewells(&client->forgets);
    end_batch(&client->batch); /* which had no room */
}

void fuse_interrupt(void *owner)
{
    struct fuse_client *client = owner;
    struct fuse_flight *flight;
    uint32_t written;
    unsigned long irq = spin_lock(&client->lock);
    while (!client->dead && (flight = virtio_fs_reap(client->device, &written)) != NULL)
        finish(flight, written);
    send_leaving(client);
    send_forgets(client);
    spin_unlock(&client->lock, irq);
}

/* Nothing will be answered any more: nobody waits for it. `stop`: nor may the device touch memory
 * from now on; a server that has ended does not. */
static void give_up(struct fuse_client *client, bool stop)
{
    unsigned long irq = spin_lock(&client->lock);
    if (!client->dead) {
        client->dead = true;
        if (stop)
            virtio_fs_stop(client->device);
        list_for_each_safe (it, tmp, &client->flying)
            finish(list_entry(it, struct fuse_flight, link), 0);
        drop_leaving(client);
        wake_all(&client->room);
    }
    spin_unlock(&client->lock, irq);
}

/* After a wait without a result. */
static void look_after(struct fuse_client *client)
{
    if (load_relaxed(&console_shares_gone) & 1U << client->number)
        give_up(client, false);
    else if (!virtio_fs_works(client->device))
        give_up(client, true);
}

/* The server has a file open for what it ends. */
static uint32_t files_of(const struct fuse_farewell *f)
{
    return f->in.opcode != FUSE_INTERRUPT;
}

struct fuse_farewell *fuse_farewell_new(struct fuse_client *client, enum fuse_opcode opcode)
{
    struct fuse_farewell *f = kmalloc_for(sizeof(*f), FRAME_FAULT);
    if (f == NULL)
        return NULL;
    memset(f, 0, sizeof(*f));
    flight_init(&f->flight, client);
    f->flight.detached = true;
    f->in.opcode = opcode;
    f->in.len = sizeof(f->in);
    switch (opcode) {
    case FUSE_FORGET: /* sent in batches */
        break;
    case FUSE_INTERRUPT:
        f->flight.queue = VIRTIO_FS_URGENT;
        f->in.len += sizeof(f->args.interrupt);
        break;
    default:
        f->in.len += sizeof(f->args.release);
    }
    fuse_hold(client, files_of(f));
    return f;
}

void fuse_farewell_free(struct fuse_farewell *f)
{
    fuse_unhold(f->flight.client, files_of(f));
    kfree(f);
}

void fuse_farewell_send(struct fuse_farewell *f)
{
    struct fuse_client *client = f->flight.client;
    unsigned long irq = spin_lock(&client->lock);
    bool forget = f->in.opcode == FUSE_FORGET;
    list_push_back(forget ? &client->forgets : &client->leaving, &f->flight.link);
    client->nr_left++;
    if (client->dead)
        drop_leaving(client);
    else if (forget)
        send_forgets(client);
    else
        send_leaving(client);
    spin_unlock(&client->lock, irq);
}

/* Whether so many of them have gone. */
static bool have_gone(struct fuse_client *client, uint64_t nr)
{
    unsigned long irq = spin_lock(&client->lock);
    bool gone = client->nr_gone >= nr;
    spin_unlock(&client->lock, irq);
    return gone;
}

void fuse_farewells_wait(struct fuse_client *client)
{
    unsigned long irq = spin_lock(&client->lock);
    uint64_t nr = client->nr_left;
    spin_unlock(&client->lock, irq);
    while (wait_event(&client->room, have_gone(client, nr), 0, clock_monotonic() + LOOK_NS) != 0)
        look_after(client);
}

static size_t size_in(const struct fuse_request *r)
{
    size_t size = 0;
    for (unsigned i = 0; i < FUSE_IN_MAX && r->in[i].size != 0; i++)
        size += r->in[i].size;
    return size;
}

/* Copies the request into the call. */
static void fill(struct call *call, const struct fuse_request *r)
{
    uint8_t *at = call->rest;
    size_t size = sizeof(call->in);
    for (unsigned i = 0; i < FUSE_IN_MAX && r->in[i].size != 0; i++) {
        memcpy(at, r->in[i].at, r->in[i].size);
        at += r->in[i].size;
    }
    for (unsigned i = 0; !r->device_writes && i < r->nr_data; i++)
        size += r->data[i].length;
    call->in = (struct fuse_in_header){
        .len = (uint32_t)(size + (size_t)(at - call->rest)),
        .opcode = r->opcode,
        .nodeid = r->node,
    };
}

static struct fuse_out_header *out_of(struct call *call, size_t in_size)
{
    return (struct fuse_out_header *)(void *)(call->rest + ALIGN_UP(in_size, 8UL));
}

/* Header, arguments and data, and the answer; or header with arguments, the answer, and data. The
 * server moves data without copying only if the header is a part of its own. */
static void lay_out(struct call *call, const struct fuse_request *r, size_t in_size,
                    struct shape *s)
{
    bool writes = r->nr_data > 0 && !r->device_writes;
    struct virtq_part *p = s->parts;
    *p++ = (struct virtq_part){virt_to_phys(&call->in), sizeof(call->in)};
    if (writes)
        *p++ = (struct virtq_part){virt_to_phys(call->rest), (uint32_t)in_size};
    else
        p[-1].length += (uint32_t)in_size;
    for (unsigned i = 0; writes && i < r->nr_data; i++)
        *p++ = r->data[i];
    s->nr_read = (unsigned)(p - s->parts);
    *p++ = (struct virtq_part){virt_to_phys(out_of(call, in_size)),
                               (uint32_t)(sizeof(struct fuse_out_header) + r->out_size)};
    for (unsigned i = 0; !writes && i < r->nr_data; i++)
        *p++ = r->data[i];
    s->nr_write = (unsigned)(p - s->parts) - s->nr_read;
}

/* Sends if there is room. False, and −EAGAIN: there is none. */
static bool try_send(struct call *call, const struct shape *s, int *err)
{
    struct fuse_client *client = call->flight.client;
    unsigned long irq = spin_lock(&client->lock);
    *err = hand_over(&call->flight, &call->in, s);
    spin_unlock(&client->lock, irq);
    return *err != -EAGAIN;
}

/* Waits for room and sends. 0, −EIO, −ERESTARTSYS. */
static int send_when_possible(struct call *call, const struct shape *s, unsigned wait_how)
{
    struct fuse_client *client = call->flight.client;
    for (;;) {
        int err;
        int slept = wait_event(&client->room, try_send(call, s, &err), wait_how,
                               clock_monotonic() + LOOK_NS);
        if (slept == 0)
            return err;
        if (slept == -EINTR)
            return -ERESTARTSYS;
        look_after(client);
    }
}

static int send(struct call *call, const struct fuse_request *r, size_t in_size, unsigned wait_how)
{
    struct virtq_part few[PARTS_ON_STACK];
    struct shape s = {.parts = few};
    unsigned nr = 3 + r->nr_data;
    if (nr > PARTS_ON_STACK)
        s.parts = kmalloc_for(nr * sizeof(*s.parts), FRAME_FAULT);
    if (s.parts == NULL)
        return -ENOMEM;
    lay_out(call, r, in_size, &s);
    int err = send_when_possible(call, &s, wait_how);
    if (s.parts != few)
        kfree(s.parts);
    return err;
}

/* With the lock, so that whoever ended the message has left it. */
static bool is_done(struct fuse_flight *flight)
{
    unsigned long irq = spin_lock(&flight->client->lock);
    bool done = flight->done;
    spin_unlock(&flight->client->lock, irq);
    return done;
}

/* Until the device has given the message back: 0. −EINTR: what `flags` name ended the wait. */
static int wait_done(struct fuse_flight *flight, unsigned flags)
{
    for (;;) {
        int err = wait_event(&flight->wait, is_done(flight), flags, clock_monotonic() + LOOK_NS);
        if (err != -ETIMEDOUT)
            return err;
        look_after(flight->client);
    }
}

/* Tells the server that an answer is not wanted any more, and waits for it. */
static void withdraw(struct call *call)
{
    struct fuse_farewell *f = fuse_farewell_new(call->flight.client, FUSE_INTERRUPT);
    if (f != NULL) {
        f->args.interrupt.unique = call->in.unique;
        fuse_farewell_send(f);
    }
    (void)wait_done(&call->flight, 0);
}

/* Looks at an answer, and copies it. Its bytes behind the header, or −errno. */
static ssize_t take_answer(struct call *call, const struct fuse_request *r, size_t in_size)
{
    const struct fuse_out_header *out = out_of(call, in_size);
    size_t written = call->flight.written, head = sizeof(*out);
    if (written < head || out->len < head || out->len > written || out->unique != call->in.unique ||
        out->error > 0 || out->error < -ERROR_MAX)
        return -EIO;
    if (out->error != 0)
        return out->error;
    size_t n = out->len - head;
    if (n < r->out_size && !r->out_varies)
        return -EIO;
    if (r->out_size != 0)
        memcpy(r->out, out + 1, MIN(n, r->out_size));
    return r->device_writes ? (ssize_t)(n - r->out_size) : (ssize_t)n;
}

/* Sends, and waits for the answer. */
static ssize_t exchange(struct call *call, const struct fuse_request *r, size_t in_size)
{
    unsigned wait_how = r->patient ? 0 : WAIT_KILLABLE;
    int err = send(call, r, in_size, wait_how);
    if (err != 0)
        return err;
    bool unwanted = wait_done(&call->flight, wait_how) != 0;
    if (unwanted)
        withdraw(call);
    ssize_t n = take_answer(call, r, in_size);
    return n == -EINTR && unwanted ? -ERESTARTSYS : n;
}

/* *may_free: what was sent before might free room at the server. */
static ssize_t ask_once(struct fuse_client *client, const struct fuse_request *r, bool *may_free)
{
    size_t in_size = size_in(r);
    size_t size =
        sizeof(struct call) + ALIGN_UP(in_size, 8UL) + sizeof(struct fuse_out_header) + r->out_size;
    struct call *call = kmalloc_for(size, FRAME_FAULT);
    if (call == NULL)
        return -ENOMEM;
    memset(&call->flight, 0, sizeof(call->flight));
    flight_init(&call->flight, client);
    fill(call, r);
    ssize_t n = exchange(call, r, in_size);
    *may_free = call->flight.after_farewells;
    kfree(call);
    return n;
}

/* What was removed takes its room until the server has closed it, too. */
ssize_t fuse_ask(struct fuse_client *client, const struct fuse_request *r)
{
    bool may_free = false;
    ssize_t n = ask_once(client, r, &may_free);
    if (likely(n != -ENOSPC && n != -EDQUOT) || !may_free)
        return n;
    fuse_farewells_wait(client);
    return ask_once(client, r, &may_free);
}
