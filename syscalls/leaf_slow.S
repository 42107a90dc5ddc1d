/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Slow paths of leaves: a leaf that cannot finish on the caller's stack calls NAME_call, which
 * enters NAME_slow() (futex.c, sched.c, clock.c) as a CALL. Its frame returns into the leaf.
 * Changes rax only.
 */
.macro slow_half name
    .section .text.\name\()_call, "ax", @progbits
    .globl \name\()_call
    .type \name\()_call, @function
\name\()_call:
    leaq \name\()_slow(%rip), %rax
    jmp hermit_call_entry
    .size \name\()_call, . - \name\()_call
.endm

slow_half futex
slow_half sched_yield
slow_half clock_gettime
