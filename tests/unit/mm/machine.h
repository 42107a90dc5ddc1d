/* SPDX-License-Identifier: BSD-3-Clause */
/* A machine of 16 MiB and one CPU for kernel/mm on the host. For one source file of each test. */
#ifndef TESTS_UNIT_MM_MACHINE_H
#define TESTS_UNIT_MM_MACHINE_H

#include "kernel/cpu.h"
#include "kernel/mm/frame_internal.h"
#include <hermit/boot_info.h>
#include <hermit/kmalloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RAM (16UL << 20)

struct boot_info boot_info;
struct cpu *shim_cpu;
char *shim_ram;

_Noreturn void boot_fail(const char *fmt, ...)
{
    puts(fmt);
    abort();
}

/* Call when boot_info describes the memory. */
static void machine_start(void)
{
    shim_ram = aligned_alloc(4UL << 20, RAM);
    memset(shim_ram, 0x5a, RAM); /* memory starts with arbitrary contents */
    shim_cpu = cpus[0] = calloc(1, sizeof(struct cpu_data));
    frame_init();
    slab_init();
}

static int machine_end(void **state)
{
    (void)state;
    free(shim_ram);
    free(shim_cpu);
    return 0;
}

#endif
