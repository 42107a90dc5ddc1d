/* SPDX-License-Identifier: BSD-3-Clause */
/* Queries to the host: KVM, processors, stack limit, time-stamp counter, clocks, random bytes. */
#ifndef LAUNCHER_HOST_H
#define LAUNCHER_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Returns NULL if the processor has svm or vmx and /dev/kvm can be opened, else a text that says
 * what is missing. Without those flags, /dev/kvm may be an emulation far slower than TCG, or make
 * QEMU abort.
 */
const char *host_lacks_kvm(void);

/* Number of processors that the launcher, and so the virtual CPUs, may run on; at least 1. */
unsigned host_cpus(void);

/* True if `line`, the flags line of /proc/cpuinfo, contains the word `flag`. */
bool cpuinfo_has_flag(const char *line, const char *flag);

/* The caller's RLIMIT_STACK in bytes; UINT64_MAX: no limit; 0: unknown. */
uint64_t host_stack_limit(void);

/* Takes the first of the two readings for the counter's frequency. */
void tsc_measure_start(void);

/*
 * Frequency of the time-stamp counter in Hz, accurate to a few ppm; may wait up to 10 ms.
 * 0: unknown, or not constant on this host.
 */
uint64_t tsc_measure_end(void);

/* CLOCK_REALTIME in nanoseconds. */
uint64_t wall_clock_ns(void);

/* CLOCK_MONOTONIC in nanoseconds; in milliseconds. */
uint64_t monotonic_ns(void);
uint64_t monotonic_ms(void);

/* The path of a program, in PATH unless the name has a slash; malloc. NULL: there is none. */
char *host_find_program(const char *name);

/* Fills `seed` from the host's random generator. 0, or −1 after one line on stderr. */
int host_random(void *seed, size_t size);

#endif
