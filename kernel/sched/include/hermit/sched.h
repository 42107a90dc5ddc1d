/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scheduler: per-core run queues with priorities, one lock each.
 *
 * Real-time tasks (SCHED_FIFO, SCHED_RR) run before all others, by priority; the
 * others (fair tasks) share the core by virtual run time weighted by nice. A slice
 * timer runs only while two or more tasks compete for a core. The kernel is not
 * preempted: a task gives up its core in schedule(), or on return to application code
 * when its TASK_WORK_RESCHED is set.
 */
#ifndef HERMIT_SCHED_H
#define HERMIT_SCHED_H

#include <hermit/cpumask.h>
#include <hermit/entry.h>
#include <hermit/list.h>
#include <hermit/rbtree.h>
#include <hermit/spinlock.h>
#include <hermit/timer.h>

struct task;

#define RT_PRIORITIES 100 /* 1..99; 99 is the most urgent */

#define SCHED_SLICE_FAIR_NS 750000UL    /* of a fair task, while others compete */
#define SCHED_SLICE_RR_NS   100000000UL /* of SCHED_RR */

struct sched_cpu {
    struct spinlock lock; /* protects the rest and the sched part of tasks that are on this core */
    struct list fair;     /* runnable fair tasks except the running one, by vruntime; … */
    struct rb_root far;   /* … those with a place far from both ends of the list */
    struct list rt[RT_PRIORITIES]; /* runnable real-time tasks by priority */
    uint64_t rt_bitmap[2];         /* lists that are not empty */
    unsigned nr_rt;                /* tasks in them */
    unsigned nr_apart;             /* in them or in `far` */
    _Atomic uint64_t load; /* sum of task.load of the runnable ones, idle not; written locked */
    uint64_t min_vruntime;
    unsigned push_last; /* core last considered as target for a task; used by this core only */
    uint64_t ahead;     /* the core's clock is min_vruntime + ahead: comparable between cores */
    uint64_t crowded;   /* ticks that it recently had several tasks, see rq_note_crowd() … */
    uint64_t looked;    /* … as of this time, ticks … */
    bool uncrowded;     /* … and whether it has had fewer than two since */
    struct task *idle;
    struct task *previous; /* task before the last switch, for sched_finish_switch() */
    struct timer slice;
    _Atomic int running_rt; /* priority of the last real-time task that ran; written locked */
    _Atomic bool polling;   /* the idle task polls the load: no IPI needed to wake it */
};
struct cpu;
struct sched_cpu *cpu_sched(struct cpu *c); /* kernel/cpu.c */
struct cpu *cpu_of_sched(struct sched_cpu *sched);

/* Makes the running context (on the boot stack, which becomes its kernel stack) task 1 on CPU 0. */
SMALL void sched_init(void);
/* Converts the scheduler's time spans to clock ticks. Once the clock's rate is known. */
SMALL void sched_time_init(void);
/* Makes the running context the idle task of this core, `sc` its queue; then call
 * sched_idle_loop(). this_cpu()->kstack_top must name the stack that it runs on. */
SMALL void sched_cpu_init(struct sched_cpu *sc);

/* Gives up the core; the task's state says whether it stays runnable.
 * Interrupts on, no spin lock, no VMA entered. */
void schedule(void);

/* vm answers, for an assertion: this core has entered a VMA, which its task has to leave there. */
bool vm_is_entered(void);

/* Makes a sleeping task runnable on the best allowed core. False: it was not asleep. Any
 * context. */
bool task_wake(struct task *t);

/* Puts a new task on the least loaded core of its affinity mask. */
void task_start(struct task *t);

/* True if sched_yield_now() would have an effect: fast path of sched_yield(2). */
bool sched_yield_matters(void);

/*
 * Lets the other runnable tasks of this core run once (RT: those of the same
 * priority; others: except those that have had far more than their share). If virtual
 * CPUs share host CPUs, a task that is not real-time sleeps briefly instead: it may be
 * spinning for a core that the host does not run meanwhile.
 */
void sched_yield_now(void);

/* A task's scheduling parameters, read and changed as a whole. Any task, from any core. */
struct sched_policy {
    int policy;      /* SCHED_* of linux/sched.h */
    int rt_priority; /* 1..99 for SCHED_FIFO and SCHED_RR, else 0 */
    int nice;        /* −20..19 */
    bool reset_on_fork;
};

/* The parts that sched_set_policy() changes. */
enum sched_policy_parts {
    SCHED_SET_POLICY = 1, /* and reset_on_fork */
    /* Without it only reset_on_fork changes, but the other values are checked all the same. */
    SCHED_SET_PRIORITY = 2,
    SCHED_SET_NICE = 4, /* of a task that is, or becomes, SCHED_NORMAL or BATCH */
};

void sched_get_policy(struct task *t, struct sched_policy *now);

/* 0 or −EINVAL: the new priority is invalid for the new policy, and nothing has changed. */
int sched_set_policy(struct task *t, const struct sched_policy *to, unsigned parts);

/* setpriority(2): a real-time task stores it for a later fair policy. */
void sched_set_nice(struct task *t, int nice);

/*
 * Restricts a task to `mask`; −EINVAL if no core of it is online. On return the
 * task runs on no other core. May sleep.
 */
int sched_set_affinity(struct task *t, const struct cpumask *mask);
void sched_get_affinity(struct task *t, struct cpumask *mask);

/* ns that the task has run so far, up to now. */
uint64_t sched_cpu_time(struct task *t);

/* Resource usage of a task, or of all tasks of the process, including ended ones. */
struct usage {
    uint64_t cpu_time;     /* ns; of it … */
    uint64_t system_time;  /* … in the kernel, where that is measured (docs/scheduling.md) */
    uint64_t switches;     /* voluntary context switches … */
    uint64_t preemptions;  /* … and involuntary ones */
    uint64_t minor_faults; /* page faults … */
    uint64_t major_faults; /* … and those that needed a device: so far none */
};
void task_usage(struct task *t, struct usage *usage);
void process_usage(struct usage *usage);

#endif
