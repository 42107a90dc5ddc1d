/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A task: one thread of the program, or the idle task of a core.
 *
 * A task is found by its id in the task table (tasks.lock); a reference keeps it.
 *
 * Lifetime: the task holds a reference to itself until the last switch away from it;
 * task_find() and wakers hold others. The last put recycles memory and kernel stack
 * for the next task. Without a reference a task may be used only under a lock that it
 * takes before it ends: tasks.lock while it is in the table, the lock of a wait queue
 * or futex bucket that it is in, the run queue's while it is there.
 * docs/concurrency.md, "The end of a task".
 */
#ifndef HERMIT_TASK_H
#define HERMIT_TASK_H

#include <arch/frame.h>
#include <arch/task.h>
#include <hermit/cpumask.h>
#include <hermit/list.h>
#include <hermit/rbtree.h>
#include <hermit/signal.h>
#include <hermit/types.h>
#include <hermit/wait.h>

/* Work to do before the task returns to application code. Any core may set bits, and then sends an
 * IPI if the task runs. */
enum task_work {
    TASK_WORK_RESCHED = 1,
    TASK_WORK_SIGNAL = 2, /* a signal may be deliverable */
    TASK_WORK_EXIT = 4,   /* the process is ending: never return */
};

enum task_state { TASK_RUNNING, TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE, TASK_DEAD };

/* Changed only by the task itself. */
enum task_flags {
    TASK_KERNEL = 1,  /* a core's idle task: no application context */
    TASK_TRAPPED = 2, /* entered by trap or interrupt: a switch saves all extended state */
    TASK_NOFAULT = 4, /* a fault in uaccess code fails at once */
};

/* prctl(2) state of a thread; accessed by that thread only, inherited by the threads it creates. */
struct task_control {
    uint64_t timer_slack, timer_slack_default; /* ns; only stored: timers are exact */
    uint64_t dropped_bounds;                   /* capabilities, one bit each */
    uint8_t death_signal;                      /* not inherited */
    uint8_t memory_failure;                    /* PR_MCE_KILL_* */
    bool keep_capabilities, no_new_privileges;
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

    _Atomic(struct task *) wake_next; /* link in a waker's list, see futex.c; NULL: on none */

    /* sleeping; accessed by the task only, and by its timer */
    struct timer sleep_timer;
    _Atomic bool sleep_timed_out;
    bool sleep_interruptible;

    /* threads */
    uint32_t __user *clear_child_tid;
    struct robust_list_head __user *robust_list; /* set_robust_list */
    size_t robust_list_size;
    const uint32_t __user *cancel; /* flag during a cancellable call, else NULL */

    struct task_signals signals; /* hermit/signal.h */
    struct task_control control;
    struct restart_block {
        long (*fn)(struct restart_block *rb);
        uint64_t args[6];
    } restart;
    struct lockdep_task lockdep;
};

static inline struct task *current_task(void)
{
    return arch_current();
}

/* A thread that will enter `frame` when first run. NULL: out of memory. */
struct task *task_create_thread(const struct trap_frame *frame);

/* Makes the task findable and gives it an id; from now on it must be started or put. */
void task_publish(struct task *t);

/* Recycles a task without references; called by the last task_put(). */
void task_free(struct task *t);

/* Looks a task up and takes a reference; NULL: none. */
struct task *task_find(int tid);
static inline void task_put(struct task *t)
{
    if (unlikely(atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) == 1))
        task_free(t);
}
unsigned task_count(void);
/* Calls fn for every task with tasks.lock held. */
void task_for_each(void (*fn)(struct task *t, void *arg), void *arg);

/* Sets bits of task->work and notifies the task: an IPI if it runs on another core; ends an
 * interruptible sleep for TASK_WORK_SIGNAL and TASK_WORK_EXIT. Any context. */
void task_set_work(struct task *t, unsigned bits);

/* Ends the calling thread (robust list, then clear_child_tid); the last one ends the process. */
_Noreturn void task_exit(int code);

/* Stops the calling task for good, for TASK_WORK_EXIT. */
_Noreturn void task_park(void);

/* Name (comm) of a task: 16 bytes with the NUL. */
void task_set_name(struct task *t, const char name[16]);
void task_get_name(struct task *t, char name[16]);

/* Marks the process as ending: threads created from now on stop at once. True: the first call. */
bool process_begin_exit(void);

/* CPU time of all tasks, including ended ones, in ns. */
uint64_t process_cpu_time(void);

/* Ends the process: stops all other threads, drains the streams, sends the launcher the status.
 * signal 0: exit. */
_Noreturn void process_exit(int code, int signal);

#define PROCESS_ID 1 /* the only process */

#endif
