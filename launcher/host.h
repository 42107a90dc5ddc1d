/* SPDX-License-Identifier: BSD-3-Clause */
/* What the launcher asks of the host it runs on: KVM, time-stamp counter, clock, seed. */
#ifndef LAUNCHER_HOST_H
#define LAUNCHER_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * NULL where the processor has svm or vmx and /dev/kvm opens, else what is missing, in words.
 * Without those flags a /dev/kvm may exist that emulates, far slower than QEMU's own translation,
 * or makes QEMU abort.
 */
const char *host_lacks_kvm(void);

/* Processors that the launcher may run on, and so the machine's virtual ones too; at least 1. */
unsigned host_cpus(void);

/* The flags line of /proc/cpuinfo given in `line` has the word `flag`. */
bool cpuinfo_has_flag(const char *line, const char *flag);

/* The caller's RLIMIT_STACK in bytes, UINT64_MAX: none; 0: unknown. */
uint64_t host_stack_limit(void);

/* Takes the first of the two readings from which the counter's frequency is made. */
void tsc_measure_start(void);

/*
 * Frequency of the time-stamp counter in Hz, good to a few parts in a million; may
 * wait a few milliseconds. 0: unknown, or not constant on this host.
 */
uint64_t tsc_measure_end(void);

/* CLOCK_REALTIME in nanoseconds. */
uint64_t wall_clock_ns(void);

/* CLOCK_MONOTONIC in milliseconds. */
uint64_t monotonic_ms(void);

/* Fills `seed` from the host's random generator; −1 after one line on stderr. */
int host_random(void *seed, size_t size);

#endif
