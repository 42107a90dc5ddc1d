/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory of a task; owns nothing. Each part's header says who may access it. */
#include "task.h"

static inline struct task_data *data_of(const struct task *t)
{
    return container_of(t, struct task_data, task);
}

size_t task_size(void)
{
    return sizeof(struct task_data);
}

/* Out of line: its branches would double the code of its caller. */
__attribute__((noinline)) void task_init_parts(struct task *t, const struct task *parent)
{
    struct task_data *d = data_of(t);
    const struct task_data *from = parent != NULL ? data_of(parent) : NULL;

    task_signals_init(&d->signals, from != NULL ? &from->signals : NULL);
    task_thread_init(&d->thread, from != NULL ? &from->thread : NULL);
}

struct task_sleep *task_sleep(const struct task *t)
{
    return &data_of(t)->sleep;
}

struct task *task_of_sleep(struct task_sleep *sleep)
{
    return &container_of(sleep, struct task_data, sleep)->task;
}

struct task_signals *task_signals(const struct task *t)
{
    return &data_of(t)->signals;
}

struct task_thread *task_thread(const struct task *t)
{
    return &data_of(t)->thread;
}

#ifdef HERMIT_DEBUG_LOCKS
struct lockdep_task *task_lockdep(const struct task *t)
{
    return &data_of(t)->lockdep;
}
#endif
