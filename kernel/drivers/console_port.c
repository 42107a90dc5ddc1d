/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The queues of console ports. Each port's spin lock protects its queues and
 * buffers; data is copied outside of it, into buffers that are marked as taken.
 *
 * Transmit interrupts are off unless someone waits: used buffers are collected when the
 * next one is needed, so a program that only prints gets none.
 */
#include "console_internal.h"

#include <hermit/atomic.h>
#include <hermit/channel.h>
#include <hermit/kmalloc.h>

#include <arch/layout.h>

#define TX_ALL ((uint16_t)((1U << TX_SLOTS) - 1))

struct console_port console_ports[HERMIT_PORT_MAX];
bool console_polling;

unsigned long port_lock(struct console_port *port)
{
    return console_polling ? 0 : spin_lock(&port->lock);
}

void port_unlock(struct console_port *port, unsigned long irq)
{
    if (!console_polling)
        spin_unlock(&port->lock, irq);
}

bool console_must_poll(void)
{
    return console_polling || !arch_irqs_enabled();
}

int port_acquire(struct console_port *port, unsigned how)
{
    if (console_must_poll() || mutex_trylock(&port->turn))
        return 0;
    if (how & CONSOLE_NONBLOCK)
        return -EAGAIN;
    unsigned flags = how & CONSOLE_ALWAYS ? 0 : WAIT_INTERRUPTIBLE;
    int err = wait_event(&port->next, mutex_trylock(&port->turn), flags, TIME_FOREVER);
    return err == 0 ? 0 : -ERESTARTSYS;
}

void port_release(struct console_port *port)
{
    if (console_must_poll())
        return;
    mutex_unlock(&port->turn);
    wake_all(&port->next);
}

void port_set_trouble(struct console_port *port, int trouble)
{
    if (!port->present)
        return;
    unsigned long irq = port_lock(port);
    if (!port_is_hung(port))
        atomic_store_explicit(&port->trouble, trouble, memory_order_release);
    port_unlock(port, irq);
    if (!console_polling)
        wake_all(&port->wait);
}

/* Queue numbers of a port (virtio 1.2, 5.3.2): port 0 has 0 and 1,
 * the control queues are 2 and 3. */
static unsigned rx_queue(enum hermit_port number)
{
    return 2 * number + 2;
}

int port_init_tx(struct virtio_device *dev, enum hermit_port number)
{
    struct console_port *port = &console_ports[number];
    int err = virtq_init(dev, &port->tx, rx_queue(number) + 1, TX_SLOTS);
    if (err != 0)
        return err;
    spin_init(&port->lock, "console.port");
    mutex_init(&port->turn, "console.stream");
    virtq_set_interrupts(&port->tx, false);
    port->tx_free = TX_ALL;
    port->rx_slot = -1;
    port->present = true;
    return 0;
}

int port_init_rx(struct virtio_device *dev, enum hermit_port number, uint32_t buffer_size)
{
    struct console_port *port = &console_ports[number];
    port->rx_buffer_size = buffer_size;
    return virtq_init(dev, &port->rx, rx_queue(number), RX_SLOTS);
}

/* Takes back buffers that the host has read. Locked. */
static void collect(struct console_port *port)
{
    uint32_t length;
    int slot;
    while ((slot = virtq_reap(&port->tx, &length)) >= 0)
        port->tx_free |= (uint16_t)(1U << slot);
}

int port_take(struct console_port *port, void **buffer)
{
    unsigned long irq = port_lock(port);
    if (port->tx_free == 0)
        collect(port);
    if (port->tx_free == 0) {
        port_unlock(port, irq);
        return -EAGAIN;
    }
    int slot = __builtin_ctz(port->tx_free);
    port->tx_free &= (uint16_t)(port->tx_free - 1);
    port_unlock(port, irq);
    if (port->tx_buffer[slot] == NULL)
        port->tx_buffer[slot] = kmalloc_for(TX_BUFFER_SIZE, FRAME_CRITICAL);
    *buffer = port->tx_buffer[slot];
    if (*buffer == NULL) {
        port_cancel(port, slot);
        return -ENOMEM;
    }
    return slot;
}

void port_cancel(struct console_port *port, int slot)
{
    unsigned long irq = port_lock(port);
    port->tx_free |= (uint16_t)(1U << slot);
    port_unlock(port, irq);
}

void port_send(struct console_port *port, int slot, size_t size)
{
    unsigned long irq = port_lock(port);
    virtq_submit(&port->tx, (unsigned)slot, virt_to_phys(port->tx_buffer[slot]), (uint32_t)size,
                 false);
    port_unlock(port, irq);
}

void port_kick(struct console_port *port)
{
    unsigned long irq = port_lock(port);
    virtq_kick(&port->tx);
    collect(port);
    port_unlock(port, irq);
}

/*
 * True if the slots of `wanted` are free: any one for 0, all for TX_ALL. When false,
 * the next used buffer raises an interrupt. Locked.
 */
static bool slots_free(struct console_port *port, uint16_t wanted)
{
    collect(port);
    bool enough = port->tx_free != 0 && (port->tx_free & wanted) == wanted;
    if (!enough && !port->tx_armed) {
        port->tx_armed = true;
        virtq_set_interrupts(&port->tx, true);
        collect(port);
        enough = port->tx_free != 0 && (port->tx_free & wanted) == wanted;
    }
    return enough;
}

bool port_has_room(struct console_port *port)
{
    unsigned long irq = port_lock(port);
    bool room = slots_free(port, 0);
    port_unlock(port, irq);
    return room;
}

static int wait_always(struct console_port *port)
{
    return wait_event(&port->wait, port_is_hung(port) || port_has_room(port), 0, TIME_FOREVER);
}

int port_wait_room(struct console_port *port, unsigned how)
{
    if (console_must_poll()) {
        while (!port_is_hung(port) && !port_has_room(port)) {
            control_poll();
            arch_cpu_relax();
        }
        return 0;
    }
    if (how & CONSOLE_ALWAYS)
        return wait_always(port);
    unsigned long irq = port_lock(port);
    int err = wait_locked(port_is_hung(port) || slots_free(port, 0), how & CONSOLE_NONBLOCK,
                          wait_unlocked_irq(&port->lock, &irq, &port->wait, TIME_FOREVER));
    port_unlock(port, irq);
    return err;
}

/*
 * A device may keep the buffer that it was sending when its host's end was closed
 * (QEMU does), so a port that is hung up counts as drained.
 */
static bool drained(struct console_port *port)
{
    unsigned long irq = port_lock(port);
    bool all = port_is_hung(port) || slots_free(port, TX_ALL);
    port_unlock(port, irq);
    return all;
}

/* Waits until the condition holds, which an interrupt of the device makes true. */
static void wait_until(struct console_port *port, bool (*condition)(struct console_port *port))
{
    if (!console_must_poll()) {
        (void)wait_event(&port->wait, condition(port), 0, TIME_FOREVER);
        return;
    }
    while (!condition(port)) {
        control_poll();
        arch_cpu_relax();
    }
}

void port_drain(struct console_port *port)
{
    if (port->present)
        wait_until(port, drained);
}

static bool answered(struct console_port *port)
{
    return port_trouble(port) <= 0;
}

void port_wait_answer(struct console_port *port)
{
    wait_until(port, answered);
}

/* Locked. */
static void offer(struct console_port *port, unsigned slot)
{
    virtq_submit(&port->rx, slot, virt_to_phys(port->rx_buffer[slot]), port->rx_buffer_size, true);
}

int port_start_rx(struct console_port *port)
{
    for (unsigned i = 0; i < RX_SLOTS; i++) {
        if (port->rx_buffer[i] == NULL)
            port->rx_buffer[i] = kmalloc_for(port->rx_buffer_size, FRAME_CRITICAL);
        if (port->rx_buffer[i] == NULL)
            return -ENOMEM;
    }
    unsigned long irq = port_lock(port);
    for (unsigned i = 0; i < RX_SLOTS; i++)
        offer(port, i);
    virtq_kick(&port->rx);
    store_relaxed(&port->started, true); /* relaxed: the buffers are under the lock */
    port_unlock(port, irq);
    return 0;
}

/* Unread bytes of the buffer being read, or of the next one if there is none. Locked. */
static size_t data_there(struct console_port *port)
{
    while (port->rx_slot < 0) {
        uint32_t length = 0;
        int slot = virtq_reap(&port->rx, &length);
        if (slot < 0)
            return 0;
        if (length == 0 || length > port->rx_buffer_size) {
            offer(port, (unsigned)slot);
            continue;
        }
        port->rx_slot = slot;
        port->rx_at = 0;
        port->rx_end = length;
    }
    return port->rx_end - port->rx_at;
}

size_t port_peek(struct console_port *port, const uint8_t **data)
{
    unsigned long irq = port_lock(port);
    size_t size = data_there(port);
    if (size != 0)
        *data = (const uint8_t *)port->rx_buffer[port->rx_slot] + port->rx_at;
    port_unlock(port, irq);
    return size;
}

int port_wait_data(struct console_port *port, unsigned how)
{
    unsigned long irq = port_lock(port);
    int err = wait_locked(data_there(port) != 0 || port_is_hung(port), how & CONSOLE_NONBLOCK,
                          wait_unlocked_irq(&port->lock, &irq, &port->wait, TIME_FOREVER));
    port_unlock(port, irq);
    return err;
}

/*
 * Returns buffers in batches, since each notification costs a VM exit. The device keeps
 * the others meanwhile, so it is never without any.
 */
void port_consume(struct console_port *port, size_t size)
{
    unsigned long irq = port_lock(port);
    port->rx_at += (uint32_t)size;
    if (port->rx_at >= port->rx_end) {
        port->rx_done |= (uint16_t)(1U << port->rx_slot);
        port->rx_slot = -1;
    }
    if (__builtin_popcount(port->rx_done) >= RX_SLOTS / 2) {
        for (; port->rx_done != 0; port->rx_done &= (uint16_t)(port->rx_done - 1))
            offer(port, (unsigned)__builtin_ctz(port->rx_done));
        virtq_kick(&port->rx);
    }
    port_unlock(port, irq);
}

void port_interrupt(struct console_port *port)
{
    bool wake = false;
    if (!port->present)
        return;
    unsigned long irq = port_lock(port);
    if (port->tx_armed && port->tx.used[1] != port->tx.last_used) {
        port->tx_armed = false;
        virtq_set_interrupts(&port->tx, false);
        wake = true;
    }
    if (load_relaxed(&port->started) && port->rx.used[1] != port->rx.last_used)
        wake = true;
    port_unlock(port, irq);
    if (wake)
        wake_all(&port->wait);
}
