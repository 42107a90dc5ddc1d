/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two control channels. Virtio's own (virtio 1.2, 5.3.6.2) says which ports are
 * connected; the launcher's, port HERMIT_PORT_CONTROL, carries the messages of
 * hermit/boot_abi.h.
 *
 * The device's control queues are protected by device_control.lock. Only the interrupt
 * handler parses the launcher's bytes, so the parser needs no lock.
 */
#include "console_internal.h"

#include <asm-generic/errno.h>
#include <asm/signal.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>

#include <arch/layout.h>

#define CONTROL_RX_QUEUE 2
#define CONTROL_TX_QUEUE 3
#define CONTROL_SLOTS    16

enum device_event { DEVICE_READY = 0, PORT_READY = 3, PORT_OPEN = 6 };

struct device_message {
    uint32_t port;
    uint16_t event;
    uint16_t value;
};

static struct {
    struct spinlock lock;
    struct virtq rx, tx;
    struct device_message *rx_buffer, *tx_buffer; /* CONTROL_SLOTS each */
    unsigned tx_next; /* slot of the next message; so few are sent that none is awaited */
} device_control = {.lock = SPINLOCK_INIT("console.control")};

/* A message from the launcher, as far as received. */
static struct {
    struct hermit_msg head;
    uint8_t payload[16]; /* the longest that is handled; more is skipped */
    uint32_t got;
} incoming;

_Atomic uint8_t console_shares_gone;
void (*console_image_hook)(uint32_t at, const uint8_t *bytes, size_t n, uint32_t length);

static void device_send(uint32_t port, enum device_event event)
{
    unsigned slot = device_control.tx_next++ % CONTROL_SLOTS;
    device_control.tx_buffer[slot] = (struct device_message){port, (uint16_t)event, 1};
    virtq_submit(&device_control.tx, slot, virt_to_phys(&device_control.tx_buffer[slot]),
                 sizeof(struct device_message), false);
}

int control_init(struct virtio_device *dev)
{
    int err = virtq_init(dev, &device_control.rx, CONTROL_RX_QUEUE, CONTROL_SLOTS);
    if (err == 0)
        err = virtq_init(dev, &device_control.tx, CONTROL_TX_QUEUE, CONTROL_SLOTS);
    if (err != 0)
        return err;
    device_control.rx_buffer = kzalloc(2 * CONTROL_SLOTS * sizeof(struct device_message));
    if (device_control.rx_buffer == NULL)
        return -ENOMEM;
    device_control.tx_buffer = device_control.rx_buffer + CONTROL_SLOTS;
    virtq_set_interrupts(&device_control.tx, false);
    return 0;
}

static void offer(unsigned slot)
{
    virtq_submit(&device_control.rx, slot, virt_to_phys(&device_control.rx_buffer[slot]),
                 sizeof(struct device_message), true);
}

/*
 * The launcher guarantees the ports and their numbers, so they are opened at once, in
 * one notification, without waiting for the device to announce them.
 */
void control_connect(void)
{
    for (unsigned slot = 0; slot < CONTROL_SLOTS; slot++)
        offer(slot);
    virtq_publish(&device_control.rx);
    device_send(0, DEVICE_READY);
    for (uint32_t i = 0; i < HERMIT_PORT_MAX; i++) {
        if (!console_ports[i].present)
            continue;
        device_send(i, PORT_READY);
        if (i != HERMIT_PORT_STDIN)
            device_send(i, PORT_OPEN);
    }
    virtq_kick(&device_control.tx);
    port_start_rx(&console_ports[HERMIT_PORT_CONTROL]);
}

void control_open(enum hermit_port number)
{
    unsigned long irq = spin_lock(&device_control.lock);
    device_send(number, PORT_OPEN);
    virtq_kick(&device_control.tx);
    spin_unlock(&device_control.lock, irq);
}

void console_send(enum hermit_msg_type type, const void *a, size_t a_size, const void *b,
                  size_t b_size)
{
    struct console_port *port = &console_ports[HERMIT_PORT_CONTROL];
    struct hermit_msg head = {type, (uint32_t)(a_size + b_size)};
    void *buffer;
    int slot;

    if (!port->present)
        return;
    while ((slot = port_take(port, &buffer)) == -EAGAIN && !port_is_hung(port))
        port_wait_room(port, CONSOLE_ALWAYS);
    if (slot < 0)
        return;
    char *at = buffer;
    memcpy(at, &head, sizeof(head));
    memcpy(at + sizeof(head), a, a_size);
    memcpy(at + sizeof(head) + a_size, b, b_size);
    port_send(port, slot, sizeof(head) + head.length);
    port_kick(port);
}

static void device_event(const struct device_message *message)
{
    if (message->event == PORT_OPEN && message->port < HERMIT_PORT_MAX && message->value == 0)
        port_set_trouble(&console_ports[message->port], -EPIPE);
}

/* Receives one message of the device. False: none. */
static bool device_receive(struct device_message *message)
{
    uint32_t length;
    unsigned long irq = console_polling ? 0 : spin_lock(&device_control.lock);
    int slot = virtq_reap(&device_control.rx, &length);
    if (slot >= 0) {
        *message = device_control.rx_buffer[slot];
        offer((unsigned)slot);
        virtq_publish(&device_control.rx);
    }
    if (!console_polling)
        spin_unlock(&device_control.lock, irq);
    return slot >= 0 && length >= sizeof(*message);
}

void control_poll(void)
{
    struct device_message message;
    while (device_receive(&message))
        device_event(&message);
}

static void launcher_message(void)
{
    if (incoming.head.type == HERMIT_MSG_SIGNAL && incoming.head.length == sizeof(uint32_t)) {
        uint32_t sig;
        memcpy(&sig, incoming.payload, sizeof(sig));
        if (sig == SIGCONT)
            control_continue();
        if (sig >= 1 && sig <= 64 && console_signal_hook != NULL)
            console_signal_hook((int)sig);
    } else if (incoming.head.type == HERMIT_MSG_WINSIZE &&
               incoming.head.length == 2 * sizeof(uint16_t)) {
        uint16_t size[2];
        memcpy(size, incoming.payload, sizeof(size));
        control_window(size[0], size[1]);
    } else if (incoming.head.type == HERMIT_MSG_ERROR &&
               incoming.head.length == sizeof(struct hermit_error)) {
        struct hermit_error what;
        memcpy(&what, incoming.payload, sizeof(what));
        if (what.port < HERMIT_PORT_MAX)
            port_set_trouble(&console_ports[what.port], what.error);
    } else if (incoming.head.type == HERMIT_MSG_SHARE_GONE) {
        store_relaxed(&console_shares_gone, incoming.payload[0]);
    }
}

/* Adds a byte of the launcher's stream; the last one of a message completes it. */
static void launcher_byte(uint8_t byte)
{
    if (incoming.got < sizeof(incoming.head))
        ((uint8_t *)&incoming.head)[incoming.got] = byte;
    else if (incoming.got - sizeof(incoming.head) < sizeof(incoming.payload))
        incoming.payload[incoming.got - sizeof(incoming.head)] = byte;
    incoming.got++;
    if (incoming.got >= sizeof(incoming.head) &&
        incoming.got == sizeof(incoming.head) + incoming.head.length) {
        launcher_message();
        incoming.got = 0;
    }
}

/* Passes on the bytes of an IMAGE_PART message as they arrive, as it is long. Returns how many; 0:
 * another message. The last byte is left to launcher_byte(), which ends the message. */
static size_t image_bytes(const uint8_t *data, size_t n)
{
    uint32_t at = incoming.got - (uint32_t)sizeof(incoming.head);
    if (incoming.got < sizeof(incoming.head) || incoming.head.type != HERMIT_MSG_IMAGE_PART ||
        console_image_hook == NULL)
        return 0;
    n = MIN(n, incoming.head.length - at);
    console_image_hook(at, data, n, incoming.head.length);
    n -= n == incoming.head.length - at;
    incoming.got += (uint32_t)n;
    return n;
}

void control_interrupt(void)
{
    struct console_port *port = &console_ports[HERMIT_PORT_CONTROL];
    const uint8_t *data;
    size_t size;

    control_poll();
    while ((size = port_peek(port, &data)) != 0) {
        for (size_t i = 0; i < size; i++) {
            i += image_bytes(data + i, size - i);
            if (i < size)
                launcher_byte(data[i]);
        }
        port_consume(port, size);
    }
}
