/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The instructions of the kernel that access the application's memory, and the table
 * of the addresses where they resume after a fault (C counterpart: uaccess.c). Kept
 * in one section so that the table needs no linker support. Changes the caller-saved
 * registers of the C calling convention.
 */

    .macro fixup from, to
    .pushsection .rodata.uaccess_table, "a"
    .long \from - uaccess_table, \to - uaccess_table
    .popsection
    .endm

    .macro function name
    .globl \name
    .hidden \name
    .type \name, @function
    .balign 16
\name:
    .endm

    .section .rodata.uaccess_table, "a"
    .balign 4
    .globl uaccess_table
    .hidden uaccess_table
uaccess_table:

    .section .text.uaccess, "ax"

/* size_t uaccess_copy(void *dst, const void *src, size_t n): bytes not copied. */
function uaccess_copy
    movq %rdx, %rcx
    shrq $3, %rcx
1:  rep movsq
    movl %edx, %ecx
    andl $7, %ecx
2:  rep movsb
    movl %ecx, %eax
    ret
3:  andl $7, %edx                       /* rcx words are left, the first of them in part */
    leaq (%rdx, %rcx, 8), %rcx
4:  rep movsb
5:  movq %rcx, %rax
    ret
    fixup 1b, 3b
    fixup 2b, 5b
    fixup 4b, 5b

/* size_t uaccess_clear(void *dst, size_t n): bytes not cleared. */
function uaccess_clear
    xorl %eax, %eax
    movq %rsi, %rcx
    shrq $3, %rcx
1:  rep stosq
    movl %esi, %ecx
    andl $7, %ecx
2:  rep stosb
    ret
3:  andl $7, %esi
    leaq (%rsi, %rcx, 8), %rcx
4:  rep stosb
5:  movq %rcx, %rax
    ret
    fixup 1b, 3b
    fixup 2b, 5b
    fixup 4b, 5b

/* ssize_t uaccess_string(char *dst, const char *src, size_t n): length; n: no NUL; -1: fault. */
function uaccess_string
    xorl %eax, %eax
1:  cmpq %rdx, %rax
    jae 3f
2:  movzbl (%rsi, %rax), %ecx
    movb %cl, (%rdi, %rax)
    testb %cl, %cl
    jz 3f
    incq %rax
    jmp 1b
3:  ret
4:  movq $-1, %rax
    ret
    fixup 2b, 4b

/* long uaccess_load16(uint16_t *value, const uint16_t *src), …: 0 or -EFAULT. */
function uaccess_load16
1:  movzwl (%rsi), %eax
    movw %ax, (%rdi)
    xorl %eax, %eax
    ret
    fixup 1b, uaccess_failed

function uaccess_load32
1:  movl (%rsi), %eax
    movl %eax, (%rdi)
    xorl %eax, %eax
    ret
    fixup 1b, uaccess_failed

function uaccess_store32
1:  movl %esi, (%rdi)
    xorl %eax, %eax
    ret
    fixup 1b, uaccess_failed

function uaccess_load64
1:  movq (%rsi), %rax
    movq %rax, (%rdi)
    xorl %eax, %eax
    ret
    fixup 1b, uaccess_failed

function uaccess_store64
1:  movq %rsi, (%rdi)
    xorl %eax, %eax
    ret
    fixup 1b, uaccess_failed

/* long uaccess_store_pair(uint64_t *dst, uint64_t first, uint64_t second) */
function uaccess_store_pair
1:  movq %rsi, (%rdi)
2:  movq %rdx, 8(%rdi)
    xorl %eax, %eax
    ret
    fixup 1b, uaccess_failed
    fixup 2b, uaccess_failed

/* rax = word at rdi equals edx, or -EFAULT. Changes rax only (arch/uaccess.h). */
function uaccess_compare32
    xorl %eax, %eax
1:  cmpl %edx, (%rdi)
    sete %al
    ret
    fixup 1b, uaccess_failed

/* long uaccess_cmpxchg32(uint32_t *dst, uint32_t expected, uint32_t desired, uint32_t *old) */
function uaccess_cmpxchg32
    movl %esi, %eax
1:  lock cmpxchgl %edx, (%rdi)
    movl %eax, (%rcx)
    xorl %eax, %eax
    ret
    fixup 1b, uaccess_failed

uaccess_failed:
    movq $-14, %rax                     /* -EFAULT */
    ret

    .section .rodata.uaccess_table, "a"
    .globl uaccess_table_end
    .hidden uaccess_table_end
uaccess_table_end:

    .section .note.GNU-stack, "", @progbits
