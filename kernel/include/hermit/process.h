/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * State of the one process: resource limits, names of threads, its end.
 */
#ifndef HERMIT_PROCESS_H
#define HERMIT_PROCESS_H

#include <hermit/types.h>
#include <stdatomic.h>

struct task;

/* Marks the process as ending: threads created from now on stop at once. True: the first call. */
bool process_begin_exit(void);

/* Name (comm) of a task: 16 bytes with the NUL. */
void task_set_name(struct task *t, const char name[16]);
void task_get_name(struct task *t, char name[16]);

#define FD_MAX 1048576 /* fs.nr_open: upper bound of descriptors and of RLIMIT_NOFILE */

#define RLIMIT_NONE UINT64_MAX /* RLIM_INFINITY: no limit */

struct rlimit_pair {
    _Atomic uint64_t soft;
    uint64_t hard;
};
extern struct rlimit_pair rlimits[]; /* RLIM_NLIMITS; owned by rlimit.c; cpu_limit.c raises one */

/* Soft limit of `resource` (RLIMIT_* of asm-generic/resource.h) as it is now. */
uint64_t rlimit_soft(unsigned resource);

/* The same, inline. */
static inline uint64_t rlimit_word(unsigned resource)
{
    return atomic_load_explicit(&rlimits[resource].soft, memory_order_relaxed);
}

/* Reads (old not NULL) and changes (set not NULL) a pair; RLIM_INFINITY is ~0. 0 or −EINVAL. */
struct rlimit64;
int rlimit_change(unsigned resource, const struct rlimit64 *set, struct rlimit64 *old);

/* rlimit_change() tells cpu_limit.c that RLIMIT_CPU has changed. No locks. */
void cpu_limit_changed(void);

#endif
