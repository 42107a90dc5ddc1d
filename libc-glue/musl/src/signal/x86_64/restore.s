/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Return address of signal handlers: rsp is then the address of the ucontext, as
 * __hermit_sigreturn expects. The nop keeps unwinders, which look one byte back, in this function.
 */
.text
    nop
.global __restore_rt
.hidden __restore_rt
.type __restore_rt,@function
__restore_rt:
    jmp __hermit_sigreturn
.size __restore_rt,.-__restore_rt
