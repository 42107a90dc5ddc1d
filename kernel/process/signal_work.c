/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the return to the application: the handling of work bits, the default actions of
 * signals, and the result or restart of an interrupted call. Concerns the current task
 * only; takes signal.lock through signal_queue.c.
 */
#include <arch/trap.h>
#include <hermit/atomic.h>
#include <hermit/console.h>
#include <hermit/crash.h>
#include <hermit/entry.h>
#include <hermit/panic.h>
#include <hermit/process.h>
#include <hermit/sched.h>
#include <hermit/thread.h>
#include <linux/errno.h>
#include <linux/signal.h>

#include "signal_internal.h"

enum default_action signal_default_action(int sig)
{
    switch (sig) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
        return ACTION_IGNORE;
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return ACTION_STOP;
    case SIGQUIT:
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
    case SIGXCPU:
    case SIGXFSZ:
    case SIGSYS:
        return ACTION_CORE;
    default:
        return ACTION_TERMINATE;
    }
}

/* Takes the default action of a signal. */
static void act_by_default(struct trap_frame *frame, int sig, const struct siginfo_data *info)
{
    switch (signal_default_action(sig)) {
    case ACTION_CORE:
        arch_frame_complete(frame);
        crash_report(frame, sig, info);
        process_exit(0, sig);
    case ACTION_TERMINATE:
        process_exit(0, sig);
    case ACTION_STOP:
        console_stop(sig);
        break;
    case ACTION_IGNORE:
        break;
    }
}

/* The errno, positive, that a system call returned; any number for other frames. */
static uint64_t error_of(const struct trap_frame *frame)
{
    return -frame_result(frame);
}

static bool must_restart(const struct trap_frame *frame)
{
    uint64_t error = error_of(frame);
    return frame_is_call(frame) && error >= ERESTARTSYS && error <= ERESTART_RESTARTBLOCK;
}

static bool call_was_interrupted(const struct trap_frame *frame)
{
    return must_restart(frame) || (frame_is_call(frame) && error_of(frame) == EINTR);
}

static void restore_mask(struct task *t)
{
    if (task_signals(t)->restore_mask) {
        task_signals(t)->restore_mask = false;
        signal_set_mask(task_signals(t)->saved_mask);
    }
}

static long continue_call(void)
{
    struct restart_block *rb = &task_thread(current_task())->restart;
    return rb->fn(rb);
}

/* Restarts an interrupted call if no handler ran, unless it is cancelled. */
static void finish_call(struct task *t, struct trap_frame *frame)
{
    if (likely(!must_restart(frame)))
        return;
    if (signal_cancel_requested(t))
        frame_set_result(frame, -EINTR);
    else
        arch_restart_call(frame, error_of(frame) == ERESTART_RESTARTBLOCK ? continue_call : NULL);
}

static void handle_signals(struct task *t, struct trap_frame *frame)
{
    struct siginfo_data info;
    struct signal_action action;
    int sig;

    if (task_signals(t)->restore_mask && !call_was_interrupted(frame))
        restore_mask(t);
    /* Without the lock: a sender sets TASK_WORK_SIGNAL after it makes a signal pending. */
    while (pending_hint(t) & ~load_relaxed(&task_signals(t)->blocked) &&
           (sig = signal_next(~load_relaxed(&task_signals(t)->blocked), &info, &action)) != 0) {
        if (action.handler == (uintptr_t)SIG_DFL)
            act_by_default(frame, sig, &info);
        else if (action.handler != (uintptr_t)SIG_IGN)
            process_signals.enter_handler(frame, &action, &info);
    }
    finish_call(t, frame);
    restore_mask(t);
}

void (*memory_work)(void);

void task_exit_work(struct trap_frame *frame)
{
    struct task *t = current_task();
    unsigned work = atomic_load_explicit(&t->work, memory_order_acquire);
    if (work & TASK_WORK_EXIT)
        task_park();
    if (work & TASK_WORK_RESCHED) {
        and_relaxed(&t->work, ~(unsigned)TASK_WORK_RESCHED);
        schedule();
    }
    if (work & TASK_WORK_MEMORY) {
        and_relaxed(&t->work, ~(unsigned)TASK_WORK_MEMORY);
        peek(memory_work)();
    }
    if (work & TASK_WORK_SIGNAL) {
        /* Clear, then check: the sender made the signal pending before it set the bit (release). */
        atomic_fetch_and_explicit(&t->work, ~(unsigned)TASK_WORK_SIGNAL, memory_order_acquire);
        handle_signals(t, frame);
    } else {
        finish_call(t, frame);
    }
}

void signal_fault(struct trap_frame *frame, int sig, int code, uintptr_t addr)
{
    (void)frame; /* delivered on the way out */
    signal_force(sig, code, addr, false);
}
