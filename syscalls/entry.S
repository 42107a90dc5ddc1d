/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The doors into the system-call layer: __hermit_sys_<name> for every row of
 * table.def, each in a section of its own so that the linker keeps only those
 * that a program reaches, and the number-indexed __hermit_syscall, which keeps
 * them all. C counterpart: handlers.h; the way in is hermit_call_entry
 * (kernel/arch/x86_64/entry.S). A stub changes rax only.
 */

/* A service of the C library's overlay: exported by the link script's name rule. */
.macro door name
    .section .text.\name, "ax", @progbits
    .globl \name
    .type \name, @function
\name:
.endm

.macro door_CALL name
    door __hermit_sys_\name
    leaq sys_\name(%rip), %rax
    jmp hermit_call_entry
    .size __hermit_sys_\name, . - __hermit_sys_\name
.endm

.macro door_LEAF name
    door __hermit_sys_\name
    jmp sys_\name
    .size __hermit_sys_\name, . - __hermit_sys_\name
.endm

.macro door_ENOSYS name
    door __hermit_sys_\name
    movq $-38, %rax
    ret
    .size __hermit_sys_\name, . - __hermit_sys_\name
.endm

#define DOOR_FULL(kind) door_##kind
#define DOOR_PARTIAL(kind) door_##kind
#define DOOR_ENOSYS(kind) door_ENOSYS
#define SYSCALL(nr, name, nargs, state, kind, note) DOOR_##state(kind) name
#include "table.def"
#undef SYSCALL

/* Jumped to with rsp = the ucontext, which is where rsp stands after a call's return. */
door __hermit_sigreturn
    subq $8, %rsp
    jmp __hermit_sys_rt_sigreturn

door __hermit_unmapself
    leaq sys_unmapself(%rip), %rax
    jmp hermit_call_entry

/*
 * long __hermit_syscall(nr, a, b, c, d, e, f): moves the arguments down by one and
 * goes through the table of distances to the doors; 0 is a number without a row.
 */
door __hermit_syscall
    movq %rdi, %rax
    movq %rsi, %rdi
    movq %rdx, %rsi
    movq %rcx, %rdx
    movq %r8, %rcx
    movq %r9, %r8
    movq 8(%rsp), %r9
    cmpq $(door_table_end - door_table) / 4, %rax
    jae no_such_call
    leaq door_table(%rip), %r10
    movslq (%r10, %rax, 4), %rax
    testq %rax, %rax
    jz no_such_call
    addq %r10, %rax
    jmpq *%rax
no_such_call:
    movq $-38, %rax
    ret
    .size __hermit_syscall, . - __hermit_syscall

    .section .rodata.__hermit_syscall, "a", @progbits
    .balign 4
door_table:
#define SYSCALL(nr, name, nargs, state, kind, note)                                                \
    .org door_table + 4 * nr; .long __hermit_sys_##name - door_table;
#include "table.def"
#undef SYSCALL
door_table_end:
