/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Converts between times of the ABI and nanoseconds. A time that does not fit becomes TIME_FOREVER:
 * 2^64 ns are 584 years.
 */
#ifndef SYSCALLS_TIMESPEC_H
#define SYSCALLS_TIMESPEC_H

#include <hermit/timer.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/time.h>
#include <linux/time_types.h>

static inline uint64_t add_saturating(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? TIME_FOREVER : sum;
}

/* 0, or −EINVAL for a negative time or tv_nsec of a second or more. */
static inline int timespec_to_ns(const struct __kernel_timespec *ts, uint64_t *ns)
{
    uint64_t whole;
    if (ts->tv_sec < 0 || ts->tv_nsec < 0 || (uint64_t)ts->tv_nsec >= NSEC_PER_SEC)
        return -EINVAL;
    if (__builtin_mul_overflow((uint64_t)ts->tv_sec, NSEC_PER_SEC, &whole))
        whole = TIME_FOREVER;
    *ns = add_saturating(whole, (uint64_t)ts->tv_nsec);
    return 0;
}

static inline struct __kernel_timespec ns_to_timespec(uint64_t ns)
{
    return (struct __kernel_timespec){(long)(ns / NSEC_PER_SEC), (long)(ns % NSEC_PER_SEC)};
}

/* Reads a timespec from the application. 0, −EFAULT or −EINVAL. */
static inline int get_user_time(uint64_t *ns, const struct __kernel_timespec __user *user)
{
    struct __kernel_timespec ts;
    int err = copy_from_user(&ts, user, sizeof(ts));
    return err != 0 ? err : timespec_to_ns(&ts, ns);
}

static inline int put_user_time(struct __kernel_timespec __user *user, uint64_t ns)
{
    struct __kernel_timespec ts = ns_to_timespec(ns);
    return copy_to_user(user, &ts, sizeof(ts));
}

/* Monotonic deadline of an absolute CLOCK_REALTIME time, by the clock's current setting. */
static inline uint64_t realtime_to_monotonic(uint64_t ns)
{
    uint64_t now = clock_monotonic(), real = clock_realtime();
    if (ns == TIME_FOREVER)
        return TIME_FOREVER;
    return ns <= real ? 0 : add_saturating(now, ns - real);
}

#endif
