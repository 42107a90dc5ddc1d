/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host shim's entries into Linux; C counterpart: shim.c. Each changes what Linux changes (rax,
 * rcx, r11) and the argument registers.
 */
    .text

/* long shim_call(nr, a, b, c, d, e, f) */
    .globl shim_call
    .type shim_call, @function
shim_call:
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    syscall
    ret
    .size shim_call, . - shim_call

/*
 * long shim_watched_call(cancel, nr, a, b, c, d, e, f): between begin and end the call has had no
 * effect yet; a signal handler may then set the thread's rip to refused.
 */
    .globl shim_watched_call, shim_watched_begin, shim_watched_end, shim_watched_refused
    .type shim_watched_call, @function
shim_watched_call:
shim_watched_begin:
    cmpl $0, (%rdi)
    jne shim_watched_refused
    mov %rsi, %rax
    mov %rdx, %rdi
    mov %rcx, %rsi
    mov %r8, %rdx
    mov %r9, %r10
    mov 8(%rsp), %r8
    mov 16(%rsp), %r9
    syscall
shim_watched_end:
    ret
shim_watched_refused:
    mov $-4, %rax                       /* -EINTR */
    ret
    .size shim_watched_call, . - shim_watched_call

/* long __hermit_sys_clone(flags, stack, ptid, ctid, tls): the child returns on its own stack. */
    .globl __hermit_sys_clone
    .type __hermit_sys_clone, @function
__hermit_sys_clone:
    pop %r9
    mov %rcx, %r10
    mov $56, %eax
    syscall
    jmp *%r9
    .size __hermit_sys_clone, . - __hermit_sys_clone

    .globl __hermit_sigreturn
    .type __hermit_sigreturn, @function
__hermit_sigreturn:
    mov $15, %eax
    syscall
    ud2
    .size __hermit_sigreturn, . - __hermit_sigreturn

/* void __hermit_unmapself(base, size): munmap, then exit(0), without a stack */
    .globl __hermit_unmapself
    .type __hermit_unmapself, @function
__hermit_unmapself:
    mov $11, %eax
    syscall
    xor %edi, %edi
    mov $60, %eax
    syscall
    ud2
    .size __hermit_unmapself, . - __hermit_unmapself

    .section .note.GNU-stack, "", @progbits
