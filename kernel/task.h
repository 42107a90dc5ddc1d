/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A task: the part visible to all (hermit/task.h), and one part of each folder that keeps something
 * for a task. Only task.c uses the whole structure; the rest is as in cpu.h.
 */
#ifndef TASK_H
#define TASK_H

#include <hermit/lockdep.h>
#include <hermit/signal.h>
#include <hermit/task.h>
#include <hermit/task_table.h>
#include <hermit/thread.h>

struct task_data {
    struct task task; /* first: its offsets are fixed */
    struct task_sleep sleep;
    struct task_signals signals;
    struct task_thread thread;
    struct lockdep_task lockdep;
};

#endif
