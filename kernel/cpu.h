/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The data of one core: the part visible to all (hermit/percpu.h), and one part of each folder that
 * has per-core data. Only cpu.c uses the whole structure. A folder reaches its own part by a
 * function that its header declares and cpu.c defines, such as cpu_timer(c). With link-time
 * optimisation these calls become constant offsets.
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
