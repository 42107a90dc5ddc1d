/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by the files of the console driver: ports and their two queues. */
#ifndef DRIVERS_CONSOLE_INTERNAL_H
#define DRIVERS_CONSOLE_INTERNAL_H

#include "virtio.h"
#include <hermit/console.h>

#define TX_SLOTS       16
#define TX_BUFFER_SIZE 4096U
#define RX_SLOTS       8

struct console_port {
    struct spinlock lock;   /* protects all but `turn` and the queues' lists */
    struct mutex turn;      /* one reader or writer at a time, see port_acquire() */
    struct wait_queue next; /* waits for a turn */
    struct wait_queue wait; /* room to send, data or end of file to receive */
    bool present;           /* queues exist */
    _Atomic int trouble; /* < 0: why the port has ended: −EPIPE: the host's end is closed, or a read
                             * error. > 0: an errno that the host had with an earlier write, for the
                             * next one. Set and cleared under `lock`, in the interrupt handler */
    _Atomic bool started; /* receive buffers were offered */

    struct virtq tx;
    uint16_t tx_free;          /* bit per slot */
    bool tx_armed;             /* someone waits for used buffers: interrupts are on */
    void *tx_buffer[TX_SLOTS]; /* allocated when first needed, kept */

    struct virtq rx;
    void *rx_buffer[RX_SLOTS];
    uint32_t rx_buffer_size;
    int rx_slot;            /* the buffer being read, −1: none */
    uint32_t rx_at, rx_end; /* its unread bytes */
    uint16_t rx_done;       /* slots that were read and not offered again yet */
};

/* Acquire, pairs with port_set_trouble(): a task that sees the end sees all bytes before it. */
static inline int port_trouble(const struct console_port *port)
{
    return atomic_load_explicit(&port->trouble, memory_order_acquire);
}

static inline bool port_is_hung(const struct console_port *port)
{
    return port_trouble(port) < 0;
}

extern struct console_port console_ports[HERMIT_PORT_MAX];
extern bool console_polling; /* console_panic_mode() */

/* In the interrupt handler: sets or clears `trouble`. A port that has ended stays so. */
SMALL void port_set_trouble(struct console_port *port, int trouble);
/* Waits until the launcher has taken note that the program was told of a write's error. */
SMALL void port_wait_answer(struct console_port *port);

/* Locks of a port; no-ops in panic mode. */
unsigned long port_lock(struct console_port *port);
void port_unlock(struct console_port *port, unsigned long irq);

/*
 * Takes the turn for a transfer, so that its bytes stay together. During a turn
 * application memory may fault and a writer may wait for room, so waiting for the turn
 * is interruptible, and calls that need no turn (poll, FIONREAD) do not wait at all. 0,
 * −EAGAIN, −ERESTARTSYS.
 */
int port_acquire(struct console_port *port, unsigned how);
void port_release(struct console_port *port);

/* True where waiting must poll: panic, or interrupts are off. */
bool console_must_poll(void);

/* Makes the queues of port `number`. 0, −ENODEV or −ENOMEM. Before DRIVER_OK. */
int port_init_tx(struct virtio_device *dev, enum hermit_port number);
int port_init_rx(struct virtio_device *dev, enum hermit_port number, uint32_t buffer_size);

/*
 * Takes a free transmit buffer of TX_BUFFER_SIZE bytes: its slot and *buffer; −EAGAIN: all are
 * with the host; −ENOMEM. Follow with port_send() or port_cancel().
 */
int port_take(struct console_port *port, void **buffer);
void port_cancel(struct console_port *port, int slot);
void port_send(struct console_port *port, int slot, size_t size);
void port_kick(struct console_port *port);

/* Wait for a transmit buffer or the host's hang-up, and for bytes to read or the end. `how` as for
 * the console's functions. 0, −EAGAIN, −ERESTARTSYS. */
SMALL int port_wait_room(struct console_port *port, unsigned how);
SMALL int port_wait_data(struct console_port *port, unsigned how);
bool port_has_room(struct console_port *port);

/* Waits until the host has all that was sent. */
void port_drain(struct console_port *port);

/* Offers all receive buffers. 0 or −ENOMEM. */
SMALL int port_start_rx(struct console_port *port);

/* Bytes ready to read: stores their address, returns their number, 0: none. Use the address only in
 * one's turn. */
size_t port_peek(struct console_port *port, const uint8_t **data);
/* Marks `size` of them as read, in one's turn. */
void port_consume(struct console_port *port, size_t size);

/* In the interrupt handler: wakes waiters if something changed. */
void port_interrupt(struct console_port *port);

/* console_control.c: virtio's own control queues and the launcher's messages. */
int control_init(struct virtio_device *dev);
void control_connect(void); /* after DRIVER_OK: announces the ports */
SMALL void control_interrupt(void);
/* Handles the device's messages about its ports, for loops that wait with interrupts off. */
void control_poll(void);
void control_open(enum hermit_port number);        /* tells the device that the port is open here */
void control_continue(void);                       /* console.c: the stopped machine continues */
void control_window(uint16_t rows, uint16_t cols); /* console.c: the host's window changed */

#endif
