/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A task: one thread of the program, or the idle task of a core. The part visible to all;
 * hermit/task_table.h has its lifetime.
 */
#ifndef HERMIT_TASK_H
#define HERMIT_TASK_H

#include <arch/cpu.h>
#include <arch/frame.h>
#include <arch/task.h>
#include <hermit/cpumask.h>
#include <hermit/list.h>
#include <hermit/rbtree.h>
#include <hermit/types.h>

/* Work to do before the task returns to application code. Any core may set bits, and then sends an
 * IPI if the task runs. */
enum task_work {
    TASK_WORK_RESCHED = 1,
    TASK_WORK_SIGNAL = 2, /* a signal may be deliverable */
    TASK_WORK_EXIT = 4,   /* the process is ending: never return */
    TASK_WORK_MEMORY = 8, /* memory was seen to be low: what can go shall go */
};

enum task_state { TASK_RUNNING, TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE, TASK_DEAD };

/* Changed only by the task itself. */
enum task_flags {
    TASK_KERNEL = 1,  /* idle tasks, threads of the kernel: no application context */
    TASK_TRAPPED = 2, /* entered by trap or interrupt: a switch saves all extended state */
    TASK_NOFAULT = 4, /* a fault in uaccess code fails at once */
};

struct task {
    _Atomic uint32_t work; /* 0x00 enum task_work; read by entry.S */
    uint32_t flags;        /* 0x04 enum task_flags */
    uintptr_t kstack_top;  /* 0x08 read by entry.S */
    struct arch_task arch; /* 0x10 saved stack pointer, FS base, extended state */

    /* identity; constant */
    int tid;
    char name[16]; /* comm; changed by prctl under tasks.lock */
    _Atomic unsigned refs;
    struct list all_link;  /* all tasks; tasks.lock */
    struct list hash_link; /* tasks with the same hash of tid; tasks.lock */

    /* scheduling; protected by the run-queue lock of `cpu` */
    _Atomic int state;    /* enum task_state */
    _Atomic unsigned cpu; /* core whose queue it is on, or was last; changed under its lock */
    bool on_rq;           /* counted in the load there; running or queued */
    bool slice_over;      /* used up its slice, or yielded: others run first */
    bool reset_on_fork;   /* SCHED_RESET_ON_FORK */
    _Atomic bool on_cpu;  /* its context is live on a core; cleared by sched_finish_switch there */
    bool misplaced;       /* its affinity no longer allows `cpu` */
    int policy, rt_priority, nice;
    uint32_t weight;     /* share of the core, see run_queue.h */
    uint64_t load;       /* its part of its queue's load, see run_queue.h */
    uint64_t yield_span; /* ticks of virtual time that a yield gives up at most */
    uint64_t vruntime, exec_start, slice_start; /* ticks */
    uint64_t cpu_time;                          /* ticks */
    uint64_t system_time;                       /* ticks of it in the kernel, and … */
    uint64_t entered_at; /* … cpu_time at kernel entry, if `in_kernel`; see usage.c */
    bool in_kernel;
    uint64_t nr_switches, nr_preemptions; /* voluntary and involuntary context switches */
    uint64_t min_flt, maj_flt; /* page faults, the latter with input; written by the task only */
    struct cpumask affinity;
    struct list queue_link;
    struct rb_node far_node; /* if `far`: in the queue's tree, not its list */
    bool far;

    /* Flag of a cancellation request during a cancellable call (hermit/libc_abi.h), else NULL. */
    const uint32_t __user *cancel;

    /* The folders' parts follow it: kernel/task.h. */
};

static inline struct task *current_task(void)
{
    return arch_current();
}

#endif
