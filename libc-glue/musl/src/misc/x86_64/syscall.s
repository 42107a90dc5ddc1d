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
    push 8(%rsp)
    call __hermit_syscall
    pop %rcx
    cmp $-4096,%rax
    ja 1f
    ret
1:  neg %eax
    mov %fs:0,%rcx
    mov %eax,0x34(%rcx)         /* errno_val of struct pthread, pthread_impl.h */
    or $-1,%rax
    ret
.size syscall,.-syscall
