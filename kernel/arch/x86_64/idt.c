/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the interrupt descriptor table. CPU 0 fills it before the other cores start; devices'
 * vectors are added later, each before its interrupt can occur. Unused vectors have
 * no gate. No locks here: irq_lock (ioapic.c) serializes additions.
 */
#include "traps.h"
#include <arch/init.h>
#include <arch/percpu.h>
#include <hermit/types.h>

/*
 * Interrupt gate of 64-bit mode (Intel SDM vol. 3, 6.14.1). Low word, from bit 0: offset 0-15,
 * selector, IST (bit 32), type (bit 40), offset 16-31; high word: offset 32-63.
 */
struct gate {
    uint64_t low, high;
};

#define GATE_INTERRUPT 0x8e /* present, ring 0, interrupts off on entry */
#define GATE_NONE      0x0e /* the same, not present: #NP */

static struct gate idt[256];

static inline void gate_set(unsigned vector, uintptr_t stub, uint64_t ist)
{
    idt[vector].high = stub >> 32;
    idt[vector].low = (stub & 0xffff) | (uint64_t)KERNEL_CS << 16 | ist << 32 |
                      (uint64_t)GATE_INTERRUPT << 40 | (stub & 0xffff0000) << 32;
}

void idt_add(unsigned vector)
{
    gate_set(vector, (uintptr_t)irq_stubs + 8 * (vector - 32), IST_TRAP);
}

static void idt_fill(void)
{
    static const uint8_t used[] = {VECTOR_TIMER, VECTOR_RESCHEDULE, VECTOR_CALL, VECTOR_SPURIOUS};
    uintptr_t exceptions = (uintptr_t)exception_stubs;
    for (unsigned v = 32; v < ARRAY_SIZE(idt); v++)
        idt[v].low = (uint64_t)GATE_NONE << 40;
    for (unsigned v = 0; v < 32; v++)
        gate_set(v, exceptions + 16 * v, IST_TRAP);
    gate_set(VECTOR_NMI, exceptions + 16 * VECTOR_NMI, IST_NMI);
    gate_set(VECTOR_DOUBLE_FAULT, exceptions + 16 * VECTOR_DOUBLE_FAULT, IST_DOUBLE_FAULT);
    gate_set(VECTOR_MACHINE_CHECK, exceptions + 16 * VECTOR_MACHINE_CHECK, IST_MACHINE_CHECK);
    for (unsigned i = 0; i < ARRAY_SIZE(used); i++)
        idt_add(used[i]);
}

void idt_load(void)
{
    if (idt[0].low == 0)
        idt_fill();
    struct __attribute__((packed)) {
        uint16_t limit;
        uintptr_t base;
    } pointer = {sizeof(idt) - 1, (uintptr_t)idt};
    __asm__ volatile("lidt %0" ::"m"(pointer));
}
