/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns the interrupt descriptor table. Filled by CPU 0 before the others start; constant then. */
#include <arch/init.h>
#include <arch/percpu.h>
#include <hermit/types.h>

#include "traps.h"

/* Interrupt gate of 64-bit mode (Intel SDM vol. 3, 6.14.1). */
struct gate {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};

#define GATE_INTERRUPT 0x8e /* present, ring 0, interrupts off on entry */

static struct gate idt[256];

static uint8_t ist_of(unsigned vector)
{
    switch (vector) {
    case VECTOR_NMI:
        return IST_NMI;
    case VECTOR_DOUBLE_FAULT:
        return IST_DOUBLE_FAULT;
    case VECTOR_MACHINE_CHECK:
        return IST_MACHINE_CHECK;
    default:
        return IST_TRAP;
    }
}

static void gate_set(unsigned vector, const char *stub)
{
    uintptr_t address = (uintptr_t)stub;
    idt[vector] = (struct gate){
        .offset_low = (uint16_t)address,
        .selector = KERNEL_CS,
        .ist = ist_of(vector),
        .type = GATE_INTERRUPT,
        .offset_middle = (uint16_t)(address >> 16),
        .offset_high = (uint32_t)(address >> 32),
    };
}

void idt_load(void)
{
    if (idt[0].type == 0) {
        for (unsigned v = 0; v < 32; v++)
            gate_set(v, exception_stubs + 16 * v);
        for (unsigned v = 32; v < 256; v++)
            gate_set(v, irq_stubs + 8 * (v - 32));
    }
    struct __attribute__((packed)) {
        uint16_t limit;
        uintptr_t base;
    } pointer = {sizeof(idt) - 1, (uintptr_t)idt};
    __asm__ volatile("lidt %0" ::"m"(pointer));
}
