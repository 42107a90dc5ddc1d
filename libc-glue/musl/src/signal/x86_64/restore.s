/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a signal handler returns to: rsp is then the address of the ucontext, which is what
 * __hermit_sigreturn wants. The nop keeps unwinders, which look one byte back, in this function.
 */
.text
    nop
.global __restore_rt
.hidden __restore_rt
.type __restore_rt,@function
__restore_rt:
    jmp __hermit_sigreturn
.size __restore_rt,.-__restore_rt
