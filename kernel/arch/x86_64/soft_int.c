/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the telling of the application's `int n` from what came by itself. On Linux
 * the gates refuse all but int3, `int $4` and `int $0x80` with #GP; here the
 * application runs in ring 0, which no gate refuses. Vectors that nobody uses have
 * no gate and arrive as #NP; of the others the two bytes before the return address
 * say `int`, and the local APIC that it is not serving the vector. Concerns the
 * current task's frame, with interrupts off; no locks.
 */
#include "apic.h"
#include "traps.h"
#include <arch/init.h>
#include <arch/trap.h>
#include <arch/uaccess.h>

#define INT_OPCODE 0xcdU
#define INT_LENGTH 2

/* The n of `int n` at the address; −1: another instruction, or memory that is gone by now. */
static int read_int(uintptr_t address)
{
    uint16_t bytes;
    if (uaccess_load16(&bytes, user_ptr(address)) != 0 || (bytes & 0xff) != INT_OPCODE)
        return -1;
    return bytes >> 8;
}

/* What Linux's gates make of it: a fault of the instruction. */
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
    int vector = read_int(frame->rip); /* the error code of QEMU says something else */
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
