/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the data of one core is made of: the part that everybody sees (hermit/percpu.h), and one of
 * each folder that keeps something for each core. Only cpu.c looks at it as a whole. A folder gets
 * at its own by a function that its header declares and cpu.c defines: cpu_timer(c) and so on.
 * Optimised as a whole the kernel has no such call, but a constant offset.
 */
#ifndef CPU_H
#define CPU_H

#include <hermit/chaos.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/percpu.h>
#include <hermit/sched.h>
#include <hermit/timer.h>
#include <hermit/vm.h>

struct cpu_data {
    struct cpu cpu; /* first: its offsets are fixed */
    struct sched_cpu sched;
    struct timer_cpu timer;
    struct frame_cpu frames;
    struct slab_cpu slab;
    struct vm_cpu vm;
    struct chaos_cpu chaos;
};

#endif
