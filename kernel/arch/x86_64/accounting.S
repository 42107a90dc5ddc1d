/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * In programs that account kernel time apart, entry.S calls these instead of single
 * instructions: each calls the scheduler's accounting and executes the replaced
 * instruction (C side: accounting.c). The frame lies above the return address.
 * Registers: changes the caller-saved ones but rax; account_call restores the
 * arguments from the frame.
 */
#include <arch/frame.h>
#include <arch/offsets.h>

    .section .text.account_call, "ax", @progbits
    .globl account_call
    .type account_call, @function
account_call:
    pushq %rax
    call sched_enter_kernel
    popq %rax
    movq FRAME_RDI + 8(%rsp), %rdi
    movq FRAME_RSI + 8(%rsp), %rsi
    movq FRAME_RDX + 8(%rsp), %rdx
    movq FRAME_RCX + 8(%rsp), %rcx
    movq FRAME_R8 + 8(%rsp), %r8
    movq FRAME_R9 + 8(%rsp), %r9
    testl $RFLAGS_ODD, FRAME_RFLAGS + 8(%rsp)
    ret
    .size account_call, . - account_call

    .section .text.account_return, "ax", @progbits
    .globl account_return
    .type account_return, @function
account_return:
    pushq %rax
    call sched_leave_kernel
    popq %rax
    movq %gs:CPU_CURRENT, %rcx
    ret
    .size account_return, . - account_return
