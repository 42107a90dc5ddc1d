/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel's socket layer as a library for Linux: system calls, sockets, epoll, lwIP, and one
 * network card at whose other end the test sits. The clock is simulated and moves from event to
 * event; it stands still while something is done.
 *
 * A call that sleeps lets the machine run until it is woken. One that sleeps longer than
 * `machine_patience` gets a signal, and returns −EINTR.
 *
 * Below it is machine.c, the shim: what the socket layer takes of the rest of the kernel. What is
 * not there: a file tree, so no local sockets with paths, no /proc and no /sys.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine_setup {
    uint64_t seed;
    uint8_t ip[4], mask[4], gateway[4];
    bool lazy_checksums; /* what the card receives is taken for right */
};

extern uint64_t machine_now;           /* ns, CLOCK_MONOTONIC */
extern uint64_t machine_patience;      /* ns */
extern size_t machine_memory;          /* bytes that the kernel's code has allocated */
extern unsigned machine_out_of_memory; /* of 1000 allocations, so many fail */
extern unsigned machine_sigpipes;      /* signals that calls have sent */

/* What a sleeping call does, again and again: it lets the machine run at most until `until`, ns.
 * machine_step(), unless somebody else moves the clock. */
extern void (*machine_idle)(uint64_t until);

/* Once. Addresses in the byte order of the network. */
void machine_start(const struct machine_setup *setup);

/* Closes all descriptors, resets all connections that are left, forgets what the card has sent. */
void machine_reset(void);

/* Writes what is in /proc/sys/net/ipv4 on a whole machine: tcp_fastopen, tcp_fastopen_key,
 * tcp_fastopen_blackhole_timeout_sec, tcp_timestamps. 0 or −EINVAL. */
int machine_sysctl(const char *name, const char *value);

/* New random numbers from now on. */
void machine_seed(uint64_t seed);
uint64_t machine_random(void);

/* The system call, by its number and arguments as on Linux: result or −errno. −ENOSYS: not one of
 * those that are here. Addresses below 64 KiB are bad. */
long machine_call(long number, long a, long b, long c, long d, long e, long f);

/* Moves on to the next event, or to `until` (ns), whichever comes first. */
void machine_step(uint64_t until);
void machine_run_ms(uint64_t ms);

/* The card receives a packet of IP from the gateway, or any frame; it is handled at once. */
void machine_deliver(const void *packet, size_t size);
void machine_deliver_frame(const void *frame, size_t size);

/* Takes a packet of IP that the card has sent, oldest first, cut to `size`; *when (NULL: no matter)
 * is when. 0: there is none. Questions for neighbours are answered by the machine and not seen. */
size_t machine_caught(void *packet, size_t size, uint64_t *when);

#endif
