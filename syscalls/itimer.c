/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the process's three interval timers: getitimer(2), setitimer(2), alarm(2). Each has its own
 * lock. Time in the kernel counts as user time, so ITIMER_VIRTUAL and ITIMER_PROF measure the same.
 */
#include "syscall.h"
#include <hermit/signal_timer.h>
#include <linux/signal.h>

#include "handlers.h"
#include "timespec.h"

#define ITIMER(of_clock, sig)                                                                      \
    {                                                                                              \
        .lock = SPINLOCK_INIT("signal_timer"),                                                     \
        .clock = (of_clock),                                                                       \
        .kind = TIMER_MERGES,                                                                      \
        .refs = 1,                                                                                 \
        .when.timer = {.deadline = TIME_FOREVER, .fn = signal_timer_fired},                        \
        .entry =                                                                                   \
            {                                                                                      \
                .info = {.signo = (sig), .code = SI_KERNEL},                                       \
                .taken = signal_timer_taken,                                                       \
            },                                                                                     \
    }

static struct signal_timer itimers[] = {
    [ITIMER_REAL] = ITIMER(CLOCK_TIMER_MONOTONIC, SIGALRM),
    [ITIMER_VIRTUAL] = ITIMER(CLOCK_TIMER_PROCESS, SIGVTALRM),
    [ITIMER_PROF] = ITIMER(CLOCK_TIMER_PROCESS, SIGPROF),
};

/* Rounds up, so that an armed timer never reads as 0. */
static int put_setting(struct __kernel_old_itimerval __user *user, const struct timer_setting *s)
{
    struct __kernel_old_itimerval value = {ns_to_timeval(time_after(s->interval, 999)),
                                           ns_to_timeval(time_after(s->value, 999))};
    return copy_to_user(user, &value, sizeof(value));
}

long sys_getitimer(int which, struct __kernel_old_itimerval __user *value)
{
    struct timer_setting setting;

    if ((unsigned)which >= ARRAY_SIZE(itimers))
        return -EINVAL;
    signal_timer_get(&itimers[(unsigned)which], &setting);
    return put_setting(value, &setting);
}

long sys_setitimer(int which, const struct __kernel_old_itimerval __user *new_value,
                   struct __kernel_old_itimerval __user *old_value)
{
    struct __kernel_old_itimerval value = {0};
    struct timer_setting new, old;

    if (new_value != NULL && copy_from_user(&value, new_value, sizeof(value)) != 0)
        return -EFAULT;
    if (timeval_to_ns(&value.it_interval, &new.interval) != 0 ||
        timeval_to_ns(&value.it_value, &new.value) != 0 || (unsigned)which >= ARRAY_SIZE(itimers))
        return -EINVAL;
    (void)signal_timer_set(&itimers[(unsigned)which], &new, false, &old); /* no thread's clock */
    return old_value != NULL ? put_setting(old_value, &old) : 0;
}

/* Returns the old timer's remaining time, rounded to the nearest second but never to 0. */
long sys_alarm(unsigned seconds)
{
    struct timer_setting new = {(uint64_t)seconds * NSEC_PER_SEC, 0}, old;

    (void)signal_timer_set(&itimers[ITIMER_REAL], &new, false, &old);
    uint64_t whole = old.value / NSEC_PER_SEC, rest = old.value % NSEC_PER_SEC;
    if (rest >= NSEC_PER_SEC / 2 || (whole == 0 && rest != 0))
        whole++;
    return (long)whole;
}
