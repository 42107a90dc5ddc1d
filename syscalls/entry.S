/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The doors (entry points) of the system-call layer: __hermit_sys_<name> for every row of
 * table.def, each in its own section so that the linker keeps only those that a program reaches,
 * and __hermit_syscall, which takes a number and keeps them all. C counterpart: handlers.h. A CALL
 * enters the kernel by hermit_call_entry (kernel/arch/x86_64/entry.S). The stub of a name
 * changes rax only.
 */

/* Starts an entry point for the C library; the link script exports it by its name. */
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

/*
 * Calls that report time spent in the kernel. The linker keeps the reference if the program reaches
 * the door, which enables counting (kernel/arch/x86_64/accounting.c). Called by number they report
 * the count but do not enable it.
 */
.macro tells_time name
    .section .accounting, "ao", @progbits, __hermit_sys_\name
    .long account_patch - .
.endm
tells_time getrusage
tells_time times

/* Jumped to with rsp = the ucontext, the value that rsp has after a call has returned. */
door __hermit_sigreturn
    subq $8, %rsp
    jmp __hermit_sys_rt_sigreturn

door __hermit_unmapself
    leaq sys_unmapself(%rip), %rax
    jmp hermit_call_entry

/*
 * long __hermit_syscall(nr, a, b, c, d, e, f): jumps through the table to the row's own code, which
 * shifts the call's arguments down by one register. Changes r10, too.
 */
door __hermit_syscall
    cmpq $(door_table_end - door_table) / 4, %rdi
    jae no_such_call
    leaq door_table(%rip), %r10
    movslq (%r10, %rdi, 4), %rax
    addq %r10, %rax
    jmpq *%rax
no_such_call:
    movq $-38, %rax
    ret

.macro move_arguments nargs
    .if \nargs >= 1
    movq %rsi, %rdi
    .endif
    .if \nargs >= 2
    movq %rdx, %rsi
    .endif
    .if \nargs >= 3
    movq %rcx, %rdx
    .endif
    .if \nargs >= 4
    movq %r8, %rcx
    .endif
    .if \nargs >= 5
    movq %r9, %r8
    .endif
    .if \nargs >= 6
    movq 8(%rsp), %r9
    .endif
.endm

.macro numbered_CALL name, nargs
numbered_\name:
    move_arguments \nargs
    leaq sys_\name(%rip), %rax
    jmp hermit_call_entry
.endm

.macro numbered_LEAF name, nargs
    .if \nargs == 0
    .set numbered_\name, sys_\name
    .else
numbered_\name:
    move_arguments \nargs
    jmp sys_\name
    .endif
.endm

.macro numbered_ENOSYS name, nargs
    .set numbered_\name, no_such_call
.endm

#define NUMBERED_FULL(kind) numbered_##kind
#define NUMBERED_PARTIAL(kind) numbered_##kind
#define NUMBERED_ENOSYS(kind) numbered_ENOSYS
#define SYSCALL(nr, name, nargs, state, kind, note) NUMBERED_##state(kind) name, nargs
#include "table.def"
#undef SYSCALL
    .size __hermit_syscall, . - __hermit_syscall

/* Offsets from the table's start; numbers without a row lead to no_such_call. */
.macro table_row nr, name
    .rept \nr - next_row
    .long no_such_call - door_table
    .endr
    .long numbered_\name - door_table
    .set next_row, \nr + 1
.endm

    .section .rodata.__hermit_syscall, "a", @progbits
    .balign 4
    .set next_row, 0
door_table:
#define SYSCALL(nr, name, nargs, state, kind, note) table_row nr, name
#include "table.def"
#undef SYSCALL
door_table_end:
