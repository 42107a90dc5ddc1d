/* SPDX-License-Identifier: BSD-3-Clause */
/* Resource limits of the process as all folders read them; kernel/process/rlimit.c changes them. */
#ifndef HERMIT_RLIMIT_H
#define HERMIT_RLIMIT_H

#include <hermit/types.h>
#include <stdatomic.h>

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

#endif
