/* SPDX-License-Identifier: BSD-3-Clause */
/* The architecture's part of a core's data: descriptor tables, trap stacks, APIC. */
#ifndef ARCH_PERCPU_H
#define ARCH_PERCPU_H

#include <hermit/types.h>

/* Task-state segment of 64-bit mode (Intel SDM vol. 3, 8.7). */
struct __attribute__((packed)) tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t iomap_base;
};

#define FATAL_STACK_SIZE 8192UL /* each of IST 2-4 */

enum { IST_TRAP = 1, IST_NMI = 2, IST_DOUBLE_FAULT = 3, IST_MACHINE_CHECK = 4 };

struct arch_cpu {
    uint32_t apic_id;
    uint64_t gdt[8];
    struct tss tss;
    uint8_t trap_stack[512]
        __attribute__((aligned(16))); /* IST_TRAP: just the frame, before it is moved */
    uintptr_t fatal_stacks;           /* IST 2-4, allocated */

    /* Calls between cores (smp_ipi.c): this core's call to others … */
    void (*call_fn)(void *arg);
    void *call_arg;
    _Atomic unsigned call_pending; /* cores that have not finished it */
    /* … and the cores that call this one, one bit each. */
    _Atomic uint64_t call_requests[(MAX_CPUS + 63) / 64];

    uint64_t tlb_saved; /* flushes announced when this core halted; its own, see tlb.c */
};

#endif
