/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clock numbers that name processor time (clock_getcpuclockid(3)): the two fixed
 * ones, and negative numbers with the complement of a thread's or process's id
 * above three bits: kind (0 to 2) and "thread".
 */
#ifndef SYSCALLS_CLOCK_ID_H
#define SYSCALLS_CLOCK_ID_H

#include <hermit/task.h>
#include <linux/time.h>

#define CPU_CLOCK_KIND   3 /* 0 profile, 1 user, 2 all: the same here; 3: a file descriptor */
#define CPU_CLOCK_THREAD 4

struct cpu_clock {
    bool thread;
    int tid;
};

/* False: `clock` is no such clock. */
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
