/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clocks: reading, setting, resolution. Reading the wall clock and the monotonic clock is a leaf;
 * CPU-time clocks need locks and go through clock_gettime_slow(). No locks here.
 */
#include "syscall.h"
#include <arch/time.h>
#include <arch/uaccess.h>
#include <hermit/sched.h>
#include <hermit/task_table.h>

#include "clock_id.h"
#include "handlers.h"
#include "timespec.h"

long clock_gettime_call(clockid_t clock, struct __kernel_timespec __user *time);
long clock_gettime_slow(clockid_t clock, struct __kernel_timespec __user *time);

static inline bool is_monotonic(int clock)
{
    return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
           clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME ||
           clock == CLOCK_BOOTTIME_ALARM;
}

/* The machine has no leap seconds: CLOCK_TAI equals CLOCK_REALTIME. */
static inline bool is_realtime(int clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ||
           clock == CLOCK_REALTIME_ALARM || clock == CLOCK_TAI;
}

/*
 * Stores the two words of a timespec or timeval; leaves may not use copy_to_user(). `at` is
 * unchecked. 0 or −EFAULT.
 */
static inline long put_words_leaf(void __user *at, uint64_t seconds, uint64_t fraction)
{
    if (unlikely(!user_small_range_ok(user_addr(at), 2 * sizeof(uint64_t))))
        return -EFAULT;
    return uaccess_store_pair(at, seconds, fraction);
}

static inline long put_time_leaf(struct __kernel_timespec __user *time, uint64_t ns)
{
    return put_words_leaf(time, ns / NSEC_PER_SEC, ns % NSEC_PER_SEC);
}

static int cpu_clock_read(int clock, uint64_t *ns)
{
    struct cpu_clock c;

    if (!cpu_clock_decode(clock, &c))
        return -EINVAL;
    if (!c.thread) {
        *ns = process_cpu_time();
        return 0;
    }
    struct task *t = task_find(c.tid);
    if (t == NULL)
        return -EINVAL;
    *ns = sched_cpu_time(t);
    task_put(t);
    return 0;
}

long clock_gettime_slow(clockid_t clock, struct __kernel_timespec __user *time)
{
    uint64_t ns;
    int err = cpu_clock_read(clock, &ns);

    return err != 0 ? err : put_user_time(time, ns);
}

static long monotonic_leaf(struct __kernel_timespec __user *time)
{
    struct arch_time now = arch_clock_split();

    return put_words_leaf(time, now.seconds, now.ns);
}

/* Not inlined, so that the path of CLOCK_MONOTONIC saves no callee-saved registers. */
static __attribute__((noinline)) long other_clock_leaf(clockid_t clock,
                                                       struct __kernel_timespec __user *time)
{
    if (is_realtime(clock))
        return put_time_leaf(time, clock_realtime());
    return is_monotonic(clock) ? monotonic_leaf(time) : clock_gettime_call(clock, time);
}

long sys_clock_gettime(clockid_t clock, struct __kernel_timespec __user *time)
{
    return clock == CLOCK_MONOTONIC ? monotonic_leaf(time) : other_clock_leaf(clock, time);
}

long sys_clock_getres(clockid_t clock, struct __kernel_timespec __user *time)
{
    uint64_t ns;

    if (!is_monotonic(clock) && !is_realtime(clock) && cpu_clock_read(clock, &ns) != 0)
        return -EINVAL;
    return time != NULL ? put_user_time(time, 1) : 0;
}

long sys_clock_settime(clockid_t clock, const struct __kernel_timespec __user *time)
{
    uint64_t ns;
    int err = get_user_time(&ns, time);

    if (clock != CLOCK_REALTIME)
        return -EINVAL;
    if (err == 0 && ns == TIME_FOREVER)
        err = -EINVAL;
    if (err == 0)
        clock_set_realtime(ns);
    return err;
}

long sys_gettimeofday(struct __kernel_old_timeval __user *time, struct timezone __user *zone)
{
    uint64_t us = clock_realtime() / 1000;

    if (time != NULL && put_words_leaf(time, us / USEC_PER_SEC, us % USEC_PER_SEC) != 0)
        return -EFAULT;
    return zone != NULL ? put_user_u64((uint64_t __user *)zone, 0) : 0; /* UTC, no summer time */
}

long sys_settimeofday(const struct __kernel_old_timeval __user *time,
                      const struct timezone __user *zone)
{
    struct __kernel_old_timeval tv;
    uint64_t ns;

    if (zone != NULL)
        return -EINVAL;
    if (time == NULL)
        return 0;
    if (copy_from_user(&tv, time, sizeof(tv)) != 0)
        return -EFAULT;
    if (timeval_to_ns(&tv, &ns) != 0 || ns == TIME_FOREVER)
        return -EINVAL;
    clock_set_realtime(ns);
    return 0;
}

long sys_time(__kernel_old_time_t __user *time)
{
    uint64_t seconds = clock_realtime() / NSEC_PER_SEC;

    if (time != NULL && put_user_u64((uint64_t __user *)time, seconds) != 0)
        return -EFAULT;
    return (long)seconds;
}
