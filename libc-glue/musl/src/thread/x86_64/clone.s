/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * int __clone(int (*fn)(void *), void *stack, int flags, void *arg, int *ptid, void *tls, int *ctid)
 *
 * Calls __hermit_sys_clone(flags, stack, ptid, ctid, tls), which returns in the new thread too: at
 * the same address, with rsp = stack and rax = 0. fn and arg are on top of the new stack.
 * The new thread ends with exit(fn(arg)). Changes caller-saved registers.
 */
.text
.global __clone
.hidden __clone
.type __clone,@function
__clone:
    mov 8(%rsp),%r10
    and $-16,%rsi
    sub $16,%rsi
    mov %rdi,(%rsi)
    mov %rcx,8(%rsi)
    mov %edx,%edi
    mov %r8,%rdx
    mov %r10,%rcx
    mov %r9,%r8
    sub $8,%rsp
    call __hermit_sys_clone
    test %eax,%eax
    jz 1f
    add $8,%rsp
    ret
1:  xor %ebp,%ebp
    pop %rax
    pop %rdi
    call *%rax
    mov %eax,%edi
    call __hermit_sys_exit
    ud2
.size __clone,.-__clone
