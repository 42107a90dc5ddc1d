/* SPDX-License-Identifier: BSD-3-Clause */
/* Timers as files (timerfd_create(2)). */
#ifndef HERMIT_TIMERFD_H
#define HERMIT_TIMERFD_H

#include <hermit/clock_timer.h>
#include <hermit/file.h>

/* On CLOCK_REALTIME or CLOCK_MONOTONIC. flags: O_NONBLOCK. 0 or −ENOMEM. */
int timerfd_create(bool realtime, unsigned flags, struct file **file);

/* 0 or −EINVAL: the file is no timerfd. */
int timerfd_get(struct file *f, struct timer_setting *setting);
/* cancel_on_set: cancels an absolute time on CLOCK_REALTIME when that clock is set. −ECANCELED: the
 * clock was set since such a timer was armed; the new setting is in effect all the same. */
int timerfd_set(struct file *f, const struct timer_setting *new, bool absolute, bool cancel_on_set,
                struct timer_setting *old);

#endif
