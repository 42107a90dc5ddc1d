/* SPDX-License-Identifier: BSD-3-Clause */
/* What the process keeps for a thread besides its signals, and a thread's end. */
#ifndef HERMIT_THREAD_H
#define HERMIT_THREAD_H

#include <hermit/task_table.h>

/* prctl(2) state of a thread; accessed by that thread only, inherited by the threads it creates. */
struct task_control {
    uint64_t timer_slack, timer_slack_default; /* ns; only stored: timers are exact */
    uint64_t dropped_bounds;                   /* capabilities, one bit each */
    uint8_t death_signal;                      /* not inherited */
    uint8_t memory_failure;                    /* PR_MCE_KILL_* */
    bool keep_capabilities, no_new_privileges;
};

struct task_thread {
    uint32_t __user *clear_child_tid;
    struct robust_list_head __user *robust_list; /* set_robust_list */
    struct task_control control;
    struct restart_block {
        long (*fn)(struct restart_block *rb);
        uint64_t args[6];
    } restart;
    _Atomic(struct task *) wake_next; /* link in a waker's list, see futex.c; NULL: on none */
};
struct task_thread *task_thread(const struct task *t); /* kernel/task.c */

/* For a new task, all zero; parent NULL: the first one, or idle. */
SMALL void task_thread_init(struct task_thread *thread, const struct task_thread *parent);

/* Ends the calling thread (robust list, then clear_child_tid); the last one ends the process. */
_Noreturn void task_exit(int code);

#endif
