/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * long syscall(long nr, ...): the arguments are where __hermit_syscall expects them, except the
 * sixth, which is on the stack. Replaces musl's C file, which gathers them through a va_list.
 */
.text
.section .text.syscall,"ax",@progbits
.global syscall
.type syscall,@function
syscall:
    .cfi_startproc              /* signals and crashes come in the call */
    push 8(%rsp)
    .cfi_adjust_cfa_offset 8
    call __hermit_syscall
    pop %rcx
    .cfi_adjust_cfa_offset -8
    cmp $-4096,%rax
    ja 1f
    ret
1:  neg %eax
    mov %fs:0,%rcx
    mov %eax,0x34(%rcx)         /* errno_val of struct pthread, pthread_impl.h */
    or $-1,%rax
    ret
    .cfi_endproc
.size syscall,.-syscall
