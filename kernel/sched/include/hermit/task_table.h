/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tasks: their creation, the table by id, references, their end.
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
#ifndef HERMIT_TASK_TABLE_H
#define HERMIT_TASK_TABLE_H

#include <hermit/task.h>
#include <hermit/timer.h>
#include <stdatomic.h>

#define PROCESS_ID 1       /* the only process; its first thread's id, too */
#define TID_MAX    4194304 /* kernel.pid_max, as Linux's on 64 bits */

/* A task's part of wait.c; accessed by the task only, and by its timer. */
struct task_sleep {
    struct timer timer;
    _Atomic bool timed_out;
    uint8_t ended_by;         /* of enum wait_flags: which signals end the sleep */
    uint64_t nap_ns, nap_end; /* the last yield to the host: its length, and when it was over */
};
struct task_sleep *task_sleep(const struct task *t); /* kernel/task.c */
struct task *task_of_sleep(struct task_sleep *sleep);

/* All parts of a task as one piece of memory, kernel/task.c: its size in bytes, and what the
 * folders above do for a new task. `parent`: the thread that creates it; NULL: the first one, or
 * idle. */
size_t task_size(void);
SMALL void task_init_parts(struct task *t, const struct task *parent);

/* A thread that will enter `frame` when first run. NULL: out of memory. */
struct task *task_create_thread(const struct trap_frame *frame);

/*
 * A thread of the kernel, for core `cpu` alone, that will call fn(arg), which never returns; then
 * task_start(). It has no id and is in no table: it counts nowhere, gets no signal, and must sleep
 * without WAIT_INTERRUPTIBLE. It stops where it is when the machine ends. NULL: out of memory.
 */
struct task *task_create_kernel(const char *name, unsigned cpu, void (*fn)(void *arg), void *arg);

/* Makes the task findable and gives it an id; from now on it must be started or put. */
void task_publish(struct task *t);

/* The calling thread leaves the table, unless it is the last one, which stays findable. True: it is
 * the last; *code, what it ends with, is now the main thread's. */
SMALL bool task_unpublish(int *code);

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

/* The end of the calling task, after task_unpublish(). */
_Noreturn void task_end(void);

/* Stops the calling task for good, for TASK_WORK_EXIT. */
_Noreturn void task_park(void);

/* Name (comm) of a task: 16 bytes with the NUL. */
void task_set_name(struct task *t, const char name[16]);
void task_get_name(struct task *t, char name[16]);

/* Marks the process as ending: threads created from now on stop at once. True: the first call. */
bool process_begin_exit(void);

/* CPU time of all tasks, including ended ones, in ns. */
uint64_t process_cpu_time(void);

#endif
