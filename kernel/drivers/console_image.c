/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns requests to the launcher for parts of the image's file. One request is in flight
 * at a time; the interrupt handler receives its answer.
 *
 * Lock: answer.lock protects the destination of the answer, none once the caller has
 * given up. It is taken inside no lock and outside the wait queue's lock.
 */
#include "console_internal.h"

#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/string.h>
#include <linux/errno.h>

#define PATIENCE (60 * NSEC_PER_SEC)

static struct {
    struct spinlock lock;
    struct hermit_image_part head;
    bool wanted; /* a caller waits for it */
    void *to;
    size_t room;
    size_t got;
    _Atomic bool complete;
} answer = {.lock = SPINLOCK_INIT("console.image")};

static struct wait_queue answered = WAIT_QUEUE_INIT(answered);

/* Copies the part of the message's [at, at + n) that lies in an object of `size` bytes at
 * `start`. */
static void take(void *object, size_t start, size_t size, uint32_t at, const uint8_t *bytes,
                 size_t n)
{
    size_t from = MAX((size_t)at, start), to = MIN((size_t)at + n, start + size);
    if (from < to)
        memcpy((uint8_t *)object + (from - start), bytes + (from - at), to - from);
}

static void image_part(uint32_t at, const uint8_t *bytes, size_t n, uint32_t length)
{
    bool last = at + n == length;
    unsigned long irq = spin_lock(&answer.lock);
    if (answer.wanted && length >= sizeof(answer.head)) {
        take(&answer.head, 0, sizeof(answer.head), at, bytes, n);
        take(answer.to, sizeof(answer.head), answer.room, at, bytes, n);
        answer.got = MIN(length - sizeof(answer.head), answer.room);
        /* Release pairs with is_complete(): the bytes come first. */
        atomic_store_explicit(&answer.complete, last, memory_order_release);
    }
    spin_unlock(&answer.lock, irq);
    if (last)
        wake_all(&answered);
}

static void expect(bool wanted, void *buf, size_t n)
{
    unsigned long irq = spin_lock(&answer.lock);
    answer.wanted = wanted;
    answer.to = buf;
    answer.room = n;
    answer.got = 0;
    store_relaxed(&answer.complete, false);
    spin_unlock(&answer.lock, irq);
}

static bool is_complete(void)
{
    /* Acquire pairs with image_part(). */
    return atomic_load_explicit(&answer.complete, memory_order_acquire);
}

ssize_t console_read_image(uint64_t offset, void *buf, size_t n, uint64_t *size)
{
    struct hermit_image_request request = {offset, (uint32_t)n, 0};
    const struct console_port *port = &console_ports[HERMIT_PORT_CONTROL];
    if (!port->present || port_is_hung(port) || boot_info.block == NULL)
        return -ENOENT;
    console_image_hook = image_part;
    expect(true, buf, n);
    console_send(HERMIT_MSG_IMAGE, &request, sizeof(request), NULL, 0);
    wait_event(&answered, is_complete(), 0, clock_monotonic() + PATIENCE);
    bool good = is_complete() && answer.head.offset == offset;
    *size = answer.head.size;
    ssize_t got = (ssize_t)answer.got;
    expect(false, NULL, 0);
    return good ? got : -EIO;
}
