/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What code that sleeps or works for long asks about signals, and what it returns then.
 * kernel/process/ answers.
 */
#ifndef HERMIT_SIGNAL_PENDING_H
#define HERMIT_SIGNAL_PENDING_H

#include <arch/offsets.h> /* the results of interrupted calls */
#include <hermit/types.h>

/* True if an interruptible sleep of the current task must not begin or must end: unblocked signal
 * pending, process ending, or a cancellation request (see __hermit_set_cancel). Exit work is then
 * set; only then may the call return −ERESTARTSYS or another restart code. May be called under spin
 * locks. */
bool signal_pending(void);

/* True if the process is ending, or a signal pending for the current task will end it. Takes the
 * signal lock: only for slow paths, see cond_resched(). */
bool signal_fatal(void);

/* True if a killable sleep of the current task must end: the running call is to be given up
 * whatever it has still to do, since the process is ending, a pending signal will end it, or the
 * application asked for the call's cancellation. Then −ERESTARTSYS may be returned. Takes the
 * signal lock. */
bool signal_gives_up(void);

/* True if the application asked for the cancellation of the current task's running call. */
struct task;
bool signal_cancel_requested(const struct task *t);

#endif
