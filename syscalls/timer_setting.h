/* SPDX-License-Identifier: BSD-3-Clause */
/* Converts between struct itimerspec of the ABI and the kernel's struct timer_setting. */
#ifndef SYSCALLS_TIMER_SETTING_H
#define SYSCALLS_TIMER_SETTING_H

#include <hermit/clock_timer.h>

#include "timespec.h"

/* 0, −EFAULT or −EINVAL. */
static inline int get_user_setting(struct timer_setting *s,
                                   const struct __kernel_itimerspec __user *user)
{
    struct __kernel_itimerspec spec;
    if (copy_from_user(&spec, user, sizeof(spec)) != 0)
        return -EFAULT;
    int err = timespec_to_ns(&spec.it_interval, &s->interval);
    return err != 0 ? err : timespec_to_ns(&spec.it_value, &s->value);
}

static inline int put_user_setting(struct __kernel_itimerspec __user *user,
                                   const struct timer_setting *s)
{
    struct __kernel_itimerspec spec = {ns_to_timespec(s->interval), ns_to_timespec(s->value)};
    return copy_to_user(user, &spec, sizeof(spec));
}

#endif
