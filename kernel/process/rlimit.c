/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Resource limits of the process (getrlimit(2)): remembered for all resources, enforced
 * by the code that owns the resource, RLIMIT_RTTIME by none. rlimit_lock makes a change
 * atomic; soft limits are read without it.
 */
#include <hermit/boot_info.h>
#include <hermit/process.h>
#include <hermit/rlimit.h>
#include <hermit/spinlock.h>
#include <linux/errno.h>
#include <linux/resource.h>

#define UNLIMITED {RLIM64_INFINITY, RLIM64_INFINITY}
#define MEMLOCK   (8UL << 20)

/* The defaults of a Debian user. */
struct rlimit_pair rlimits[RLIM_NLIMITS] = {
    [RLIMIT_CPU] = UNLIMITED,
    [RLIMIT_FSIZE] = UNLIMITED,
    [RLIMIT_DATA] = UNLIMITED,
    [RLIMIT_STACK] = {8UL << 20, RLIM64_INFINITY}, /* the launcher may say another: program.c */
    [RLIMIT_CORE] = {0, RLIM64_INFINITY},
    [RLIMIT_RSS] = UNLIMITED,
    [RLIMIT_NPROC] = UNLIMITED,
    [RLIMIT_NOFILE] = {1024, FD_MAX},
    [RLIMIT_MEMLOCK] = {MEMLOCK, MEMLOCK},
    [RLIMIT_AS] = UNLIMITED,
    [RLIMIT_LOCKS] = UNLIMITED,
    [RLIMIT_SIGPENDING] = {65536, 65536},
    [RLIMIT_MSGQUEUE] = {819200, 819200},
    [RLIMIT_NICE] = {0, 0},
    [RLIMIT_RTPRIO] = {0, 0},
    [RLIMIT_RTTIME] = UNLIMITED,
};
static struct spinlock rlimit_lock = SPINLOCK_INIT("rlimit");

uint64_t rlimit_soft(unsigned resource)
{
    return rlimit_word(resource);
}

/* Apart from rlimit_change(): images that change no limits do not link that of RLIMIT_CPU. */
void rlimit_set_stack(uint64_t size)
{
    atomic_store_explicit(&rlimits[RLIMIT_STACK].soft, size, memory_order_relaxed);
}

int rlimit_change(unsigned resource, const struct rlimit64 *set, struct rlimit64 *old)
{
    if (resource >= RLIM_NLIMITS || (set != NULL && set->rlim_cur > set->rlim_max))
        return -EINVAL;
    if (set != NULL && resource == RLIMIT_NOFILE && set->rlim_max > FD_MAX)
        return -EPERM;
    unsigned long irq = spin_lock(&rlimit_lock);
    if (old != NULL)
        *old = (struct rlimit64){rlimit_soft(resource), rlimits[resource].hard};
    if (set != NULL) {
        atomic_store_explicit(&rlimits[resource].soft, set->rlim_cur, memory_order_relaxed);
        rlimits[resource].hard = set->rlim_max;
    }
    spin_unlock(&rlimit_lock, irq);
    if (set != NULL && resource == RLIMIT_CPU)
        cpu_limit_changed();
    return 0;
}
