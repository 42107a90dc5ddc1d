/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console's public interface: streams, terminal, crash reports and the end of the
 * machine. Ports have their own locks (console_port.c); `terminal.lock` protects
 * settings and size of the terminal.
 */
#include "console_internal.h"

#include <arch/init.h>
#include <asm-generic/errno.h>
#include <asm/poll.h>
#include <asm/signal.h>
#include <asm/termbits.h>
#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/klog.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/sched.h>
#include <hermit/string.h>

#define CONSOLE_F_MULTIPORT (1ULL << 1)
#define CONTROL_RX_SIZE     256
#define STDIN_RX_SIZE       4096
#define LOG_PATIENCE        1000 /* attempts to get a buffer before a line is dropped */
#define CRASH_FRAMES_MAX    128

static struct virtio_device device;

static struct {
    struct spinlock lock;
    uint16_t rows, cols;
    uint8_t termios[64];
} terminal = {.lock = SPINLOCK_INIT("console.terminal")};

void (*console_signal_hook)(int sig);

/* Without a boot block: as if they were pipes. */
__attribute__((noinline)) unsigned console_stream(unsigned fd)
{
    static const uint8_t usual[] = {
        HERMIT_STREAM_OPEN | HERMIT_STREAM_READ,
        HERMIT_STREAM_OPEN | HERMIT_PORT_STDOUT,
        HERMIT_STREAM_OPEN | HERMIT_PORT_STDERR,
    };
    return boot_info.block != NULL ? boot_info.block->streams[fd] : usual[fd];
}

/* Port for the kernel's own messages to the user: in order with the program's stderr. */
__attribute__((noinline)) static enum hermit_port error_port(void)
{
    enum hermit_port port = console_stream(2) & HERMIT_STREAM_PORT;
    return port != 0 ? port : HERMIT_PORT_STDERR;
}

static void interrupt(void *arg)
{
    (void)arg;
    control_interrupt();
    for (unsigned i = 0; i < HERMIT_PORT_MAX; i++)
        port_interrupt(&console_ports[i]);
}

/* Writes the kernel log to its port. Any context, so a line without room is dropped. */
static void log_write(const char *text, size_t length)
{
    struct console_port *port = &console_ports[HERMIT_PORT_LOG];
    void *buffer;
    int slot = -EAGAIN;

    length = MIN(length, (size_t)TX_BUFFER_SIZE);
    for (unsigned i = 0; slot == -EAGAIN && i < LOG_PATIENCE; i++)
        slot = port_take(port, &buffer);
    if (slot < 0)
        return;
    memcpy(buffer, text, length);
    port_send(port, slot, length);
    port_kick(port);
}

static void terminal_init(void)
{
    const struct hermit_boot_block *block = boot_info.block;
    if (block == NULL)
        return;
    terminal.rows = block->rows;
    terminal.cols = block->cols;
    memcpy(terminal.termios, block->termios, sizeof(terminal.termios));
}

static int make_ports(void)
{
    static const uint16_t rx_sizes[HERMIT_PORT_MAX] = {
        [HERMIT_PORT_CONTROL] = CONTROL_RX_SIZE, [HERMIT_PORT_STDIN] = STDIN_RX_SIZE};
    unsigned end = klog_verbose ? HERMIT_PORT_MAX : HERMIT_PORT_LOG;
    int err = control_init(&device);
    for (unsigned i = HERMIT_PORT_CONTROL; err == 0 && i < end; i++) {
        if (rx_sizes[i] != 0)
            err = port_init_rx(&device, i, rx_sizes[i]);
        if (err == 0)
            err = port_init_tx(&device, i);
    }
    return err;
}

static int connect_device(void)
{
    uint64_t features;
    int err = virtio_find(VIRTIO_CONSOLE, &device);
    if (err == 0)
        err = virtio_negotiate(&device, CONSOLE_F_MULTIPORT, &features);
    if (err == 0 && !(features & CONSOLE_F_MULTIPORT))
        err = -ENODEV;
    if (err == 0)
        err = virtio_irq_request(&device, interrupt, NULL);
    if (err == 0)
        err = make_ports();
    return err;
}

void console_init(void)
{
    terminal_init();
    for (unsigned i = 0; i < HERMIT_PORT_MAX; i++) {
        wait_queue_init(&console_ports[i].wait);
        wait_queue_init(&console_ports[i].next);
    }
    int err = connect_device();
    if (err != 0) {
        for (unsigned i = 0; i < HERMIT_PORT_MAX; i++)
            console_ports[i].present = false;
        klog("console: no virtio-console with our ports (%d); using the serial port\n", err);
        return;
    }
    virtio_driver_ok(&device);
    control_connect();
    /* So that out-of-memory and crash reports need no memory. */
    console_ports[error_port()].tx_buffer[0] = kmalloc(TX_BUFFER_SIZE);
    console_ports[HERMIT_PORT_CONTROL].tx_buffer[0] = kmalloc(TX_BUFFER_SIZE);
    if (console_ports[HERMIT_PORT_LOG].present)
        klog_sink = log_write;
}

static ssize_t serial_write(struct io_cursor *io)
{
    char chunk[128];
    size_t done = 0;
    size_t n;
    while (io->left > 0 && (n = io_copy_from(io, chunk, sizeof(chunk))) > 0) {
        early_serial_write(chunk, n);
        done += n;
    }
    return done > 0 || io->left == 0 ? (ssize_t)done : -EFAULT;
}

/* Fills and queues one buffer. Bytes queued, −EAGAIN, −ENOMEM or −EFAULT. */
static ssize_t write_buffer(struct console_port *port, struct io_cursor *io)
{
    void *buffer;
    int slot = port_take(port, &buffer);
    if (slot < 0)
        return slot;
    size_t n = io_copy_from(io, buffer, MIN(io->left, (size_t)TX_BUFFER_SIZE));
    if (n == 0) {
        port_cancel(port, slot);
        return -EFAULT;
    }
    port_send(port, slot, n);
    return (ssize_t)n;
}

/* All buffers are with the host: notifies it, and waits for one. 0, −EAGAIN, −ERESTARTSYS. */
static int wait_for_room(struct console_port *port, unsigned how)
{
    port_kick(port);
    return port_wait_room(port, how);
}

/*
 * In one's turn: the error that ends a write. An error that the host had with an earlier write is
 * reported once, to a write that has written nothing yet: it tells the launcher so, and waits for
 * the answer, which clears the error. docs/concurrency.md, "Lost output".
 */
__attribute__((cold, noinline)) static int take_trouble(struct console_port *port, size_t done)
{
    struct hermit_error told = {(uint32_t)(port - console_ports), port_trouble(port)};
    if (told.error < 0)
        return told.error;
    if (done == 0) {
        port_drain(port);
        console_send(HERMIT_MSG_TOLD, &told, sizeof(told), NULL, 0);
        port_wait_answer(port);
    }
    return -told.error;
}

/* In one's turn. One notification for all free buffers. */
static ssize_t write_turn(struct console_port *port, struct io_cursor *io, unsigned how)
{
    size_t done = 0;
    ssize_t n = 0;
    while (io->left > 0) {
        size_t wanted = MIN(io->left, (size_t)TX_BUFFER_SIZE);
        n = unlikely(port_trouble(port) != 0) ? take_trouble(port, done) : write_buffer(port, io);
        if (n == -EAGAIN)
            n = wait_for_room(port, how);
        if (n < 0)
            break;
        done += (size_t)n;
        if (n != 0 && (size_t)n < wanted)
            break; /* the rest of the memory cannot be read */
        if (io->left > 0 && !console_must_poll() && cond_resched())
            break;
    }
    port_kick(port);
    return done > 0 ? (ssize_t)done : n;
}

ssize_t console_write_io(enum hermit_port number, struct io_cursor *io, unsigned how)
{
    struct console_port *port = &console_ports[number];
    if (!port->present)
        return serial_write(io);
    int err = port_acquire(port, how);
    if (err != 0)
        return err;
    ssize_t n = write_turn(port, io, how);
    port_release(port);
    return n;
}

ssize_t console_write_error(const void *data, size_t size)
{
    struct io_segment segment;
    struct io_cursor io;
    io_cursor_init_kernel(&io, &segment, data, size);
    return console_write_io(error_port(), &io, CONSOLE_ALWAYS);
}

/* Asks the launcher, once, to read its stdin, which it does not before. 0 or −ENOMEM. */
static int start_stdin(struct console_port *port)
{
    static struct mutex starting = MUTEX_INIT(starting);
    if (likely(load_relaxed(&port->started)))
        return 0;
    mutex_lock(&starting);
    int err = 0;
    if (!load_relaxed(&port->started)) {
        err = port_start_rx(port);
        if (err == 0) {
            control_open(HERMIT_PORT_STDIN);
            console_send(HERMIT_MSG_STDIN, NULL, 0, NULL, 0);
        }
    }
    mutex_unlock(&starting);
    return err;
}

/* True: stdin is a terminal that returns one line at a time. */
static bool reads_lines(void)
{
    const struct termios *settings = (const struct termios *)(const void *)terminal.termios;
    return console_stream(0) & HERMIT_STREAM_TTY && settings->c_lflag & ICANON;
}

/* In one's turn: reads what is available, at most one line of a terminal. */
static ssize_t read_turn(struct console_port *port, struct io_cursor *io)
{
    bool lines = reads_lines();
    size_t done = 0;
    const uint8_t *data;
    size_t size;
    while (io->left > 0 && (size = port_peek(port, &data)) != 0) {
        const uint8_t *end = lines ? memchr(data, '\n', size) : NULL;
        size = end != NULL ? (size_t)(end - data) + 1 : size;
        size_t wanted = MIN(size, io->left);
        size_t n = io_copy_to(io, data, wanted);
        port_consume(port, n);
        done += n;
        if (n < wanted)
            return done > 0 ? (ssize_t)done : -EFAULT;
        if ((end != NULL && n == size) || cond_resched())
            break;
    }
    return (ssize_t)done;
}

/* Takes the turn only once there is data, so no other reader waits for a turn meanwhile. */
ssize_t console_read_io(struct io_cursor *io, unsigned how)
{
    struct console_port *port = &console_ports[HERMIT_PORT_STDIN];
    if (!port->present || io->left == 0)
        return 0;
    ssize_t n = start_stdin(port);
    for (bool ended = false; n == 0 && !ended;) {
        n = port_wait_data(port, how);
        if (n == 0)
            n = port_acquire(port, how);
        if (n != 0)
            break;
        ended = port_is_hung(port); /* before reading: bytes before the end come first */
        n = read_turn(port, io);
        port_release(port);
        if (n == 0 && ended && port_trouble(port) != -EPIPE)
            n = port_trouble(port);
    }
    return n;
}

unsigned console_read_events(void)
{
    struct console_port *port = &console_ports[HERMIT_PORT_STDIN];
    const uint8_t *data;
    if (!port->present)
        return POLLHUP;
    if (start_stdin(port) != 0)
        return POLLERR;
    bool hung = port_is_hung(port);
    return (port_peek(port, &data) != 0 ? POLLIN | POLLRDNORM : 0) | (hung ? POLLHUP : 0);
}

unsigned console_write_events(enum hermit_port number)
{
    struct console_port *port = &console_ports[number];
    if (!port->present)
        return POLLOUT | POLLWRNORM;
    if (port_is_hung(port))
        return POLLOUT | POLLWRNORM | POLLERR;
    return port_has_room(port) ? POLLOUT | POLLWRNORM : 0;
}

struct wait_queue *console_wait_queue(enum hermit_port port)
{
    return &console_ports[port].wait;
}

size_t console_available(void)
{
    struct console_port *port = &console_ports[HERMIT_PORT_STDIN];
    const uint8_t *data;
    if (!port->present || start_stdin(port) != 0)
        return 0;
    return port_peek(port, &data);
}

void console_get_termios(uint8_t termios[64])
{
    unsigned long irq = spin_lock(&terminal.lock);
    memcpy(termios, terminal.termios, sizeof(terminal.termios));
    spin_unlock(&terminal.lock, irq);
}

void console_set_termios(const uint8_t termios[64])
{
    unsigned long irq = spin_lock(&terminal.lock);
    memcpy(terminal.termios, termios, sizeof(terminal.termios));
    spin_unlock(&terminal.lock, irq);
    console_send(HERMIT_MSG_TERMIOS, termios, sizeof(terminal.termios), NULL, 0);
}

void console_get_winsize(uint16_t *rows, uint16_t *cols)
{
    unsigned long irq = spin_lock(&terminal.lock);
    *rows = terminal.rows;
    *cols = terminal.cols;
    spin_unlock(&terminal.lock, irq);
}

void console_set_winsize(uint16_t rows, uint16_t cols)
{
    unsigned long irq = spin_lock(&terminal.lock);
    bool changed = terminal.rows != rows || terminal.cols != cols;
    terminal.rows = rows;
    terminal.cols = cols;
    spin_unlock(&terminal.lock, irq);
    if (changed && console_signal_hook != NULL)
        console_signal_hook(SIGWINCH);
}

void control_window(uint16_t rows, uint16_t cols)
{
    console_set_winsize(rows, cols);
}

/* Relaxed: publishes nothing else. */
static _Atomic bool stopped;

void console_stop(int sig)
{
    struct console_port *port = &console_ports[HERMIT_PORT_CONTROL];
    if (!port->present)
        return;
    store_relaxed(&stopped, true);
    console_send(HERMIT_MSG_STOP, &sig, sizeof(sig), NULL, 0);
    (void)wait_event(&port->wait, !load_relaxed(&stopped), 0, TIME_FOREVER);
}

void control_continue(void)
{
    store_relaxed(&stopped, false);
    wake_all(&console_ports[HERMIT_PORT_CONTROL].wait);
}

void console_started(void)
{
    console_send(HERMIT_MSG_MAIN, NULL, 0, NULL, 0);
}

void console_lost_files(uint64_t count, const char *path, size_t length)
{
    struct hermit_lost_files lost = {count};
    console_send(HERMIT_MSG_LOST_FILES, &lost, sizeof(lost), path, length);
}

void console_folder_used(void)
{
    console_send(HERMIT_MSG_FOLDER_USED, NULL, 0, NULL, 0);
}

void console_drain(void)
{
    for (unsigned i = HERMIT_PORT_STDIN; i <= HERMIT_PORT_LOG; i++)
        port_drain(&console_ports[i]);
}

void console_panic_mode(void)
{
    console_polling = true;
}

/* Without a launcher: prints raw addresses. */
static void serial_crash(const uint64_t *frames, size_t nr_frames, const char *text, size_t size)
{
    char line[64];
    early_serial_write(text, size);
    for (size_t i = 0; i < nr_frames; i++) {
        int n = ksnprintf(line, sizeof(line), "  #%zu 0x%lx\n", i, (unsigned long)frames[i]);
        early_serial_write(line, (size_t)n);
    }
}

void console_send_crash(uintptr_t bias, const uint64_t *frames, size_t nr_frames, const char *text,
                        size_t text_size)
{
    struct {
        struct hermit_crash head;
        uint64_t frames[CRASH_FRAMES_MAX];
    } report;

    if (!console_ports[HERMIT_PORT_CONTROL].present) {
        serial_crash(frames, nr_frames, text, text_size);
        return;
    }
    nr_frames = MIN(nr_frames, (size_t)CRASH_FRAMES_MAX);
    size_t head_size = sizeof(report.head) + nr_frames * sizeof(report.frames[0]);
    text_size = MIN(text_size, TX_BUFFER_SIZE - sizeof(struct hermit_msg) - head_size);
    report.head = (struct hermit_crash){bias, (uint32_t)nr_frames, (uint32_t)text_size};
    memcpy(report.frames, frames, nr_frames * sizeof(report.frames[0]));
    port_drain(&console_ports[error_port()]);
    console_send(HERMIT_MSG_CRASH, &report, head_size, text, text_size);
}

void console_exit(int code, int signal)
{
    struct hermit_exit status = {code & 255, signal};
    console_drain();
    console_send(HERMIT_MSG_EXIT, &status, sizeof(status), NULL, 0);
    port_drain(&console_ports[HERMIT_PORT_CONTROL]);
    arch_reset();
}
