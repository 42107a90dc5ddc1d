/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Converts between times of the ABI and nanoseconds. A time that does not fit becomes TIME_FOREVER.
 */
#ifndef SYSCALLS_TIMESPEC_H
#define SYSCALLS_TIMESPEC_H

#include <hermit/timer.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>
#include <linux/time.h>
#include <linux/time_types.h>

#define USEC_PER_SEC 1000000L

/* 0, or −EINVAL for a negative time or tv_nsec of a second or more. */
static inline int timespec_to_ns(const struct __kernel_timespec *ts, uint64_t *ns)
{
    if (ts->tv_sec < 0 || ts->tv_nsec < 0 || (uint64_t)ts->tv_nsec >= NSEC_PER_SEC)
        return -EINVAL;
    *ns = time_after(seconds_to_ns((uint64_t)ts->tv_sec), (uint64_t)ts->tv_nsec);
    return 0;
}

/* 0, or −EINVAL for a negative time or tv_usec of a second or more. */
static inline int timeval_to_ns(const struct __kernel_old_timeval *tv, uint64_t *ns)
{
    if (tv->tv_usec < 0 || tv->tv_usec >= USEC_PER_SEC)
        return -EINVAL;
    struct __kernel_timespec ts = {tv->tv_sec, tv->tv_usec * 1000};
    return timespec_to_ns(&ts, ns);
}

static inline struct __kernel_timespec ns_to_timespec(uint64_t ns)
{
    return (struct __kernel_timespec){(long)(ns / NSEC_PER_SEC), (long)(ns % NSEC_PER_SEC)};
}

/* Rounds down. */
static inline struct __kernel_old_timeval ns_to_timeval(uint64_t ns)
{
    return (struct __kernel_old_timeval){(long)(ns / NSEC_PER_SEC),
                                         (long)(ns % NSEC_PER_SEC / 1000)};
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

/* Monotonic deadline `ns` from now; 0: do not wait. */
static inline uint64_t deadline_after(uint64_t ns)
{
    return ns == 0 ? 0 : time_after(clock_monotonic(), ns);
}

/* Reads a relative timeout; NULL: none, TIME_FOREVER. 0, −EFAULT or −EINVAL. */
static inline int get_user_deadline(uint64_t *deadline,
                                    const struct __kernel_timespec __user *timeout)
{
    uint64_t ns;
    *deadline = TIME_FOREVER;
    if (timeout == NULL)
        return 0;
    int err = get_user_time(&ns, timeout);
    if (err == 0)
        *deadline = deadline_after(ns);
    return err;
}

/* Monotonic deadline of an absolute CLOCK_REALTIME time, by the clock's current setting. */
static inline uint64_t realtime_to_monotonic(uint64_t ns)
{
    uint64_t now = clock_monotonic(), real = clock_realtime();
    if (ns == TIME_FOREVER)
        return TIME_FOREVER;
    return ns <= real ? 0 : time_after(now, ns - real);
}

#endif
