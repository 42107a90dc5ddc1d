/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Return address of signal handlers: rsp is then the address of the ucontext, as
 * __hermit_sigreturn expects. The nop keeps unwinders, which look one byte back, in this function.
 *
 * Call-frame information for exceptions, backtraces and debuggers that pass through a handler: the
 * caller is the interrupted code, all of whose registers lie in the ucontext. Offsets as in
 * linux/signal.h, register numbers and operations as in DWARF 5 (2.5, 6.4.2) and the x86-64 psABI (3.6).
 */
.set DW_CFA_def_cfa_expression, 0x0f
.set DW_CFA_expression, 0x10
.set DW_OP_deref, 0x06
.set DW_OP_breg7, 0x77 /* rsp plus an offset: two bytes of SLEB128 from 64 to 8191 */

/* Register `number` lies at `offset` in the ucontext. */
.macro saved number, offset
    .if \offset < 64
    .cfi_escape DW_CFA_expression, \number, 2, DW_OP_breg7, \offset
    .else
    .cfi_escape DW_CFA_expression, \number, 3, DW_OP_breg7, (\offset & 0x7f) | 0x80, \offset >> 7
    .endif
.endm

.text
.cfi_startproc simple
    .cfi_signal_frame
    /* The interrupted code's rsp, at 160. */
    .cfi_escape DW_CFA_def_cfa_expression, 4, DW_OP_breg7, 0xa0, 1, DW_OP_deref
    saved 8, 40
    saved 9, 48
    saved 10, 56
    saved 11, 64
    saved 12, 72
    saved 13, 80
    saved 14, 88
    saved 15, 96
    saved 5, 104  /* rdi */
    saved 4, 112  /* rsi */
    saved 6, 120  /* rbp */
    saved 3, 128  /* rbx */
    saved 1, 136  /* rdx */
    saved 0, 144  /* rax */
    saved 2, 152  /* rcx */
    saved 7, 160  /* rsp */
    saved 16, 168 /* rip */
    nop
.global __restore_rt
.hidden __restore_rt
.type __restore_rt,@function
__restore_rt:
    jmp __hermit_sigreturn
.size __restore_rt,.-__restore_rt
.cfi_endproc
