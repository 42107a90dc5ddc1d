/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: the program's three streams, the kernel log and the control channel
 * to the launcher (hermit/boot_abi.h), each a port of one virtio-console device
 * (virtio 1.2, 5.3). Without that device stdout and stderr go to the first 16550
 * and stdin is at its end.
 *
 * Reads and writes of one port take turns: a write's bytes stay together. The wait for
 * a turn can be interrupted; with CONSOLE_NONBLOCK there is none. Functions that may
 * sleep need interrupts on and no spin lock held.
 */
#ifndef HERMIT_CONSOLE_H
#define HERMIT_CONSOLE_H

#include <hermit/boot_abi.h>
#include <hermit/io_cursor.h>
#include <hermit/types.h>
#include <hermit/wait.h>

#define CONSOLE_NONBLOCK 1 /* −EAGAIN instead of sleeping */
#define CONSOLE_ALWAYS   2 /* signals do not end the wait */

/* Finds the device and connects the ports. CPU 0, once; interrupts work from here on. */
SMALL void console_init(void);

/*
 * Writes from `io` to the port of a stream. Returns once the bytes are queued for the
 * host. Bytes written (fewer than requested after a fault, a signal, or without room
 * under CONSOLE_NONBLOCK), or if there are none: −EPIPE (the host's end is closed; the
 * caller raises SIGPIPE), the host's error for an earlier write, −ERESTARTSYS, −EAGAIN,
 * −EFAULT, −ENOMEM. Sleeps.
 */
ssize_t console_write_io(enum hermit_port number, struct io_cursor *io, unsigned how);

/* Writes all bytes from kernel memory to stderr, even if signals are pending. Bytes or −errno. */
ssize_t console_write_error(const void *data, size_t size);

/*
 * Reads stdin into `io`: the bytes available, at least one; on a terminal in canonical
 * mode not beyond the end of a line. 0: end of file. Else an error of the host,
 * −ERESTARTSYS, −EAGAIN, −EFAULT, −ENOMEM. Sleeps.
 */
SMALL ssize_t console_read_io(struct io_cursor *io, unsigned how);

/*
 * Readiness to read stdin, and to write to a port: POLLIN, POLLOUT, POLLHUP, POLLERR as poll(2)
 * reports them for a pipe. Register on console_wait_queue() first: these calls also make sure that
 * the next change wakes the queue.
 */
SMALL unsigned console_read_events(void);
SMALL unsigned console_write_events(enum hermit_port port);
struct wait_queue *console_wait_queue(enum hermit_port port);

/* Bytes that stdin has ready (FIONREAD). */
size_t console_available(void);

/* What descriptor 0, 1 or 2 is on the host (boot block): bits of enum hermit_stream. */
unsigned console_stream(unsigned fd);

/* Terminal settings, struct termios of the kernel ABI padded to 64 bytes; setting them also informs
 * the launcher. */
void console_get_termios(uint8_t termios[64]);
void console_set_termios(const uint8_t termios[64]);

/* Window size in characters, 0: unknown. */
void console_get_winsize(uint16_t *rows, uint16_t *cols);
void console_set_winsize(uint16_t rows, uint16_t cols);

/*
 * Called in interrupt context with a signal for the process (from the launcher, or
 * SIGWINCH). NULL: the signals are ignored. Set at boot by the signal code.
 */
extern void (*console_signal_hook)(int sig);

/*
 * Requests bytes of the image's file from the launcher: at most HERMIT_IMAGE_PART_MAX
 * from `offset` on, fewer at its end; n may be 0. Stores the file's size. Bytes, −ENOENT:
 * no launcher that has them, −EIO. Sleeps; one caller at a time (the caller's lock).
 */
ssize_t console_read_image(uint64_t offset, void *buf, size_t n, uint64_t *size);

/* Shares whose servers have ended, as the launcher tells: a bit for each number. */
extern _Atomic uint8_t console_shares_gone;

/*
 * Called in interrupt context with bytes [at, at + n) of the `length` bytes of an
 * IMAGE_PART message as they arrive. Set by the first console_read_image().
 */
extern void (*console_image_hook)(uint32_t at, const uint8_t *bytes, size_t n, uint32_t length);

/*
 * Stops the program for signal `sig`: tells the launcher, which stops the machine, and
 * returns when the machine continues; at once if there is no launcher. Sleeps.
 */
void console_stop(int sig);

/* Tells the launcher of `count` files that end with the machine, and the path of the first one. */
void console_lost_files(uint64_t count, const char *path, size_t length);

/* Tells the launcher that the program uses the working folder that it could not give it. */
void console_folder_used(void);

/* Tells the launcher that the program's first instruction is about to run. */
void console_started(void);

/* Waits until the host has taken all bytes written to stdout, stderr and the log. */
void console_drain(void);

/*
 * After this call the console takes no locks, does not sleep and polls instead. For
 * panic, with interrupts off and the other cores stopped.
 */
void console_panic_mode(void);

/*
 * Sends the launcher a message with a payload of two parts, at most 4088 bytes; without a launcher,
 * nothing. May be used in any context after console_panic_mode(), else where sleeping is allowed.
 */
void console_send(enum hermit_msg_type type, const void *a, size_t a_size, const void *b,
                  size_t b_size);

/*
 * Sends a crash report: stderr is drained first. `frames` are addresses as in
 * struct hermit_crash, `text` needs no NUL. Contexts as for console_send().
 */
void console_send_crash(uintptr_t bias, const uint64_t *frames, size_t nr_frames, const char *text,
                        size_t text_size);

/* Drains the streams, tells the launcher the status (signal 0: exit with `code`),
 * ends the machine. */
_Noreturn void console_exit(int code, int signal);

#endif
