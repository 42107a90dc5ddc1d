/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tells the application's `int n` from real interrupts and exceptions. On Linux the
 * gates refuse all but int3, `int $4` and `int $0x80` with #GP; here the application
 * runs in ring 0, which no gate refuses. Unused vectors have no gate and arrive as
 * #NP. For the others, the two bytes before the return address are an `int`, and the
 * local APIC is not serving the vector. Works on the current task's frame, with
 * interrupts off; no locks.
 */
#include "apic.h"
#include "traps.h"
#include <arch/init.h>
#include <arch/trap.h>
#include <arch/uaccess.h>

#define INT_OPCODE 0xcdU
#define INT_LENGTH 2

/* The n of `int n` at the address; −1: another instruction, or unmapped memory. */
static int read_int(uintptr_t address)
{
    uint16_t bytes;
    if (uaccess_load16(&bytes, user_ptr(address)) != 0 || (bytes & 0xff) != INT_OPCODE)
        return -1;
    return bytes >> 8;
}

/* Makes the frame a #GP at the instruction, as Linux's gates raise it. */
static void refuse(struct trap_frame *frame, unsigned vector, uintptr_t instruction)
{
    frame->rip = instruction;
    frame->vector = VECTOR_GENERAL_PROTECTION;
    frame->error = vector << 3 | ERROR_IN_IDT;
}

bool soft_interrupt(struct trap_frame *frame)
{
    unsigned vector = (unsigned)frame->vector;
    uintptr_t instruction = frame->rip - INT_LENGTH;
    if (likely(read_int(instruction) != (int)vector))
        return false;
    if (vector >= VECTOR_DEVICE_FIRST && vector != VECTOR_SPURIOUS && apic_in_service(vector))
        return false;
    refuse(frame, vector, instruction);
    return true;
}

bool soft_interrupt_unused(struct trap_frame *frame)
{
    int vector = read_int(frame->rip); /* QEMU's error code differs */
    if (vector < 0)
        return false;
    refuse(frame, (unsigned)vector, frame->rip);
    return true;
}

void soft_interrupt_shifted(struct trap_frame *frame)
{
    unsigned vector = (unsigned)frame->vector;
    __builtin_memmove(&frame->rip, &frame->error, 5 * sizeof(uint64_t));
    refuse(frame, vector, frame->rip - INT_LENGTH);
}
