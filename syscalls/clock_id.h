/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clock ids of CPU-time clocks (clock_getcpuclockid(3)): the two fixed ones, and negative numbers
 * that hold the complement of a thread's or process's id above three bits: kind (bits 0 and 1) and
 * CPU_CLOCK_THREAD.
 */
#ifndef SYSCALLS_CLOCK_ID_H
#define SYSCALLS_CLOCK_ID_H

#include <hermit/task_table.h>
#include <linux/time.h>

#define CPU_CLOCK_KIND   3 /* 0 profile, 1 user, 2 all: the same here; 3 a descriptor */
#define CPU_CLOCK_THREAD 4

struct cpu_clock {
    bool thread;
    int tid;
};

/* False if `clock` is not a CPU-time clock. */
static inline bool cpu_clock_decode(int clock, struct cpu_clock *c)
{
    *c = (struct cpu_clock){clock == CLOCK_THREAD_CPUTIME_ID, current_task()->tid};
    if (clock == CLOCK_THREAD_CPUTIME_ID || clock == CLOCK_PROCESS_CPUTIME_ID)
        return true;
    if (clock >= 0 || (clock & CPU_CLOCK_KIND) == 3)
        return false;
    c->thread = clock & CPU_CLOCK_THREAD;
    if (~(clock >> 3) != 0)
        c->tid = ~(clock >> 3);
    return c->thread || ~(clock >> 3) == 0 || c->tid == PROCESS_ID;
}

#endif
