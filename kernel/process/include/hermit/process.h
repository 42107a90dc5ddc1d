/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one process: changes of its resource limits (hermit/rlimit.h has their values), and its end.
 */
#ifndef HERMIT_PROCESS_H
#define HERMIT_PROCESS_H

#include <hermit/types.h>

/* Reads (old not NULL) and changes (set not NULL) a pair; RLIM_INFINITY is ~0. 0, −EINVAL, or
 * −EPERM: RLIMIT_NOFILE above FD_MAX. */
struct rlimit64;
int rlimit_change(unsigned resource, const struct rlimit64 *set, struct rlimit64 *old);

/* Sets the soft limit of RLIMIT_STACK, bytes, before the program starts. */
void rlimit_set_stack(uint64_t size);

/* rlimit_change() tells cpu_limit.c that RLIMIT_CPU has changed. No locks. */
void cpu_limit_changed(void);

/* What is done when the other threads have stopped, before the launcher is told of the end; may
 * sleep. In this order; NULL: nothing. */
enum process_end { PROCESS_END_NETWORK, PROCESS_END_FILES, NR_PROCESS_ENDS };
extern void (*_Atomic process_end_hooks[NR_PROCESS_ENDS])(void);

/* What TASK_WORK_MEMORY asks for: frees memory; set before the bit. May sleep; no lock is held. */
extern void (*memory_work)(void);

/* Ends the process: stops all other threads, drains the streams, sends the launcher the status.
 * signal 0: exit. */
_Noreturn void process_exit(int code, int signal);

#endif
