/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * void switch_stack(uintptr_t *save_sp, uintptr_t load_sp): the machine part of
 * arch_switch() (switch.c). Interrupts off. A new task's stack is laid out by
 * arch_task_setup_*() to look as if it had called this.
 */
    .section .text.switch_stack, "ax", @progbits
    .globl switch_stack
    .type switch_stack, @function
switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size switch_stack, . - switch_stack
