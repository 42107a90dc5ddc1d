/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * First entry into the application (C side: program.c). Never returns.
 */

    .section .text.arch_enter_program, "ax"
    .globl arch_enter_program
    .hidden arch_enter_program
    .type arch_enter_program, @function
/* rdi: entry, rsi: stack pointer. The ABI requires rdx = 0 (no function to register with atexit);
 * the rest is zeroed so that no kernel address leaks. */
arch_enter_program:
    movq %rsi, %rsp
    pushq %rdi
    xorl %eax, %eax
    xorl %ebx, %ebx
    xorl %ecx, %ecx
    xorl %edx, %edx
    xorl %esi, %esi
    xorl %edi, %edi
    xorl %ebp, %ebp
    xorl %r8d, %r8d
    xorl %r9d, %r9d
    xorl %r10d, %r10d
    xorl %r11d, %r11d
    xorl %r12d, %r12d
    xorl %r13d, %r13d
    xorl %r14d, %r14d
    xorl %r15d, %r15d
    sti
    ret
