/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A task: one thread of the program, or the idle task of a core.
 *
 * A task is found by its id in the task table (tasks.lock); a reference keeps it.
 *
 * Lifetime: the task has a reference of its own until the switch that leaves it for
 * good; task_find() and wakers have others. Who puts the last one makes memory and
 * kernel stack the next task's. Without a reference a task may be used only under a
 * lock that it takes before it ends: tasks.lock while it is in the table, the lock
 * of a wait queue or futex bucket that it is in, the run queue's while it is there.
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

/* Work to do before the task returns to application code. Any core may set bits, then sends an IPI
 * if it runs. */
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

/* What prctl(2) keeps for a thread; its own, inherited by those that it makes. */
struct task_control {
    uint64_t timer_slack, timer_slack_default; /* ns; timers here are exact */
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
    _Atomic unsigned cpu; /* whose queue it is on, or was last; changed under that core's lock */
    bool on_rq;           /* counted in the load there; running or queued */
    bool slice_over;      /* used its slice up, or yielded: others go first */
    bool reset_on_fork;   /* SCHED_RESET_ON_FORK */
    _Atomic bool on_cpu;  /* its context is live on a core; cleared by sched_finish_switch there */
    bool misplaced;       /* its affinity has come to forbid `cpu` */
    int policy, rt_priority, nice;
    uint32_t weight;     /* share of the core, see run_queue.h */
    uint64_t load;       /* what it adds to its queue's, see run_queue.h */
    uint64_t yield_span; /* ticks of virtual time that a yield gives away at most */
    uint64_t vruntime, exec_start, slice_start; /* ticks */
    uint64_t cpu_time;                          /* ticks */
    uint64_t system_time;                       /* ticks of it in the kernel, and … */
    uint64_t entered_at; /* … cpu_time when it came in, if it is `in_kernel`; see usage.c */
    bool in_kernel;
    uint64_t nr_switches, nr_preemptions; /* times it gave its core up, or had to */
    uint64_t min_flt, maj_flt; /* page faults, the latter with input; written by the task alone */
    struct cpumask affinity;
    struct list queue_link;
    struct rb_node far_node; /* in the queue's tree instead if `far` */
    bool far;

    _Atomic(struct task *) wake_next; /* list of a waker's, see futex.c; NULL: on none */

    /* sleeping; owned by the task */
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

/* The last reference is gone. */
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

/* Sets bits of task->work and makes the task notice: IPI if it runs elsewhere; an interruptible
 * sleep ends when the bits are TASK_WORK_SIGNAL or TASK_WORK_EXIT. Any context. */
void task_set_work(struct task *t, unsigned bits);

/* Ends the calling thread (clear_child_tid, robust list later); the last one ends the process. */
_Noreturn void task_exit(int code);

/* Stops the calling task for good: what TASK_WORK_EXIT asks for. */
_Noreturn void task_park(void);

/* CPU time of all tasks, the ended ones included, in ns. */
uint64_t process_cpu_time(void);

/* Ends the process: other threads stop for good, streams are drained, the launcher gets the status.
 * signal 0: exit. */
_Noreturn void process_exit(int code, int signal);

#define PROCESS_ID 1 /* the only process */

#endif
