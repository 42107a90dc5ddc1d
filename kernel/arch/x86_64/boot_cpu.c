/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Set-up of one core: GDT, TSS, GS base, control registers. Each core touches only its own
 * data; no locks.
 */
#include "cpuid.h"
#include "fpu.h"
#include "registers.h"
#include "traps.h"
#include <arch/cpu.h>
#include <arch/init.h>
#include <hermit/percpu.h>

#define GDT_CODE64   0x00af9b000000ffffUL
#define GDT_DATA     0x00cf93000000ffffUL
#define GDT_TSS_TYPE 0x0000890000000000UL
#define FATAL_STACKS 3

static uint8_t fatal_stacks0[FATAL_STACKS * FATAL_STACK_SIZE] __attribute__((aligned(16)));

struct __attribute__((packed)) table_pointer {
    uint16_t limit;
    uint64_t base;
};

static void fill_gdt(struct arch_cpu *c)
{
    uint64_t tss = (uint64_t)&c->tss;

    c->gdt[0] = 0;
    c->gdt[KERNEL_CS / 8] = GDT_CODE64;
    c->gdt[KERNEL_DS / 8] = GDT_DATA;
    c->gdt[TSS_SELECTOR / 8] =
        GDT_TSS_TYPE | (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
    c->gdt[TSS_SELECTOR / 8 + 1] = tss >> 32;
}

static void fill_tss(struct arch_cpu *c)
{
    c->tss.ist[IST_TRAP - 1] = (uint64_t)c->trap_stack + sizeof(c->trap_stack);
    for (unsigned i = 0; i < FATAL_STACKS; i++)
        c->tss.ist[IST_NMI - 1 + i] = c->fatal_stacks + (i + 1) * FATAL_STACK_SIZE;
    c->tss.iomap_base = sizeof(struct tss);
}

static void load_tables(struct arch_cpu *c)
{
    struct table_pointer gdtr = {sizeof(c->gdt) - 1, (uint64_t)c->gdt};

    __asm__ volatile("lgdt %0\n\t"
                     "pushq %1\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "lretq\n"
                     "1:\n\t"
                     "movl %2, %%ds\n\t"
                     "movl %2, %%es\n\t"
                     "movl %2, %%ss\n\t"
                     "movl %3, %%fs\n\t"
                     "movl %3, %%gs\n\t"
                     "ltr %w4"
                     :
                     : "m"(gdtr), "i"(KERNEL_CS), "r"(KERNEL_DS), "r"(0), "r"(TSS_SELECTOR)
                     : "rax", "memory");
}

__attribute__((no_stack_protector)) void arch_cpu_init(struct cpu *c)
{
    if (c == &cpu0) {
        cpus[0] = c;
        c->arch.fatal_stacks = (uintptr_t)fatal_stacks0;
    }
    c->self = c;
    fill_gdt(&c->arch);
    fill_tss(&c->arch);
    load_tables(&c->arch);
    wrmsr(MSR_GS_BASE, (uint64_t)c); /* loading the selector cleared it */
    wrmsr(MSR_FS_BASE, 0);
    write_cr4(read_cr4() | CR4_FSGSBASE);
    idt_load();
    fpu_cpu_init();
}

void arch_reset(void)
{
    struct table_pointer none = {0, 0};

    __asm__ volatile("lidt %0; int3" ::"m"(none));
    arch_halt_forever();
}
