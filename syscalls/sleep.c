/* SPDX-License-Identifier: BSD-3-Clause */
/* nanosleep(2), clock_nanosleep(2). A sleep is a timer of the task; no locks. */
#include "syscall.h"

#include "clock_id.h"
#include "handlers.h"
#include "timespec.h"
#include <hermit/signal_pending.h>
#include <hermit/thread.h>
#include <hermit/wait.h>

/* Continues an interrupted sleep. args: deadline, address for the remaining time or 0. */
static long sleep_on(struct restart_block *rb);

static long sleep_span(uint64_t deadline, struct __kernel_timespec __user *rest)
{
    if (sleep_until(deadline, WAIT_INTERRUPTIBLE) == -ETIMEDOUT)
        return 0;
    uint64_t now = clock_monotonic();
    if (now >= deadline)
        return 0;
    if (rest != NULL && put_user_time(rest, deadline - now) != 0)
        return -EFAULT;
    task_thread(current_task())->restart =
        (struct restart_block){sleep_on, {deadline, user_addr(rest)}};
    return -ERESTART_RESTARTBLOCK;
}

static long sleep_on(struct restart_block *rb)
{
    return sleep_span(rb->args[0], user_ptr(rb->args[1]));
}

long sys_nanosleep(const struct __kernel_timespec __user *time,
                   struct __kernel_timespec __user *rest)
{
    uint64_t ns;
    int err = get_user_time(&ns, time);

    if (err != 0)
        return err;
    return sleep_span(time_after(clock_monotonic(), ns), rest);
}

/* 0, or the error for a clock that cannot be slept on. */
static int check_clock(int clock)
{
    struct cpu_clock c;

    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
        return 0;
    case CLOCK_THREAD_CPUTIME_ID:
        return -EINVAL;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
        return -EOPNOTSUPP;
    default:
        return cpu_clock_decode(clock, &c) ? -EOPNOTSUPP : -EINVAL;
    }
}

long sys_clock_nanosleep(clockid_t clock, int flags, const struct __kernel_timespec __user *time,
                         struct __kernel_timespec __user *rest)
{
    uint64_t ns;
    int err = check_clock(clock);

    if (err == 0)
        err = get_user_time(&ns, time);
    if (err != 0)
        return err;
    if (!(flags & TIMER_ABSTIME))
        return sleep_span(time_after(clock_monotonic(), ns), rest);
    if (clock == CLOCK_REALTIME || clock == CLOCK_TAI)
        ns = realtime_to_monotonic(ns);
    return sleep_until(ns, WAIT_INTERRUPTIBLE) == -ETIMEDOUT ? 0 : -ERESTARTNOHAND;
}
