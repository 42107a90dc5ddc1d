/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signal frames straight to and from the application's memory (C counterpart:
 * signal_frame.c). A fault anywhere in here that cannot be resolved ends the
 * function with -1: trap code calls user_state_fixup(). The caller has checked the
 * range; areas are 64-byte aligned. Changes the caller-saved registers.
 */

#include <arch/frame.h>

    .macro function name
    .globl \name
    .hidden \name
    .type \name, @function
    .balign 16
\name:
    .endm

#define SW_RESERVED 464 /* struct _fpx_sw_bytes, which XSAVE leaves alone */
#define HEADER      512
#define MAGIC2      0x46505845 /* FP_XSTATE_MAGIC2 */
#define SEGMENTS    0x002b000000000033 /* cs gs fs ss: Linux's values, which some programs expect */
#define MCONTEXT    48 /* in struct rt_sigframe */

    .section .text.user_state, "ax"
    .globl user_state_begin
    .hidden user_state_begin
user_state_begin:

/*
 * int user_xsave(void *area, uint64_t mask, const struct _fpx_sw_bytes *sw,
 *                uint32_t *magic2): stores the state, *sw and the second magic number.
 */
function user_xsave
    movq %rdx, %r8
    xorl %eax, %eax
    .set offset, 0
    .rept 8
    movq %rax, HEADER + offset(%rdi)
    .set offset, offset + 8
    .endr
    .set offset, 24
    .rept 3
    movq %rax, SW_RESERVED + offset(%rdi)
    .set offset, offset + 8
    .endr
    .set offset, 0
    .rept 3
    movq offset(%r8), %rax
    movq %rax, SW_RESERVED + offset(%rdi)
    .set offset, offset + 8
    .endr
    movl $MAGIC2, (%rcx)
    movl %esi, %eax
    movq %rsi, %rdx
    shrq $32, %rdx
    xsave64 (%rdi)
    xorl %eax, %eax
    ret

/*
 * int user_frame_write(void *sp, const struct trap_frame *regs, const struct
 *                      frame_rest *rest, uint64_t pretcode, uint64_t mask,
 *                      uint64_t fpstate): the frame up to the signal mask.
 */
    .macro put_rest from, to
    movq \from(%rdx), %rax
    movq %rax, \to(%rdi)
    .endm
    .macro put_register from, to
    movq \from(%rsi), %rax
    movq %rax, MCONTEXT + \to(%rdi)
    .endm

function user_frame_write
    movq %rcx, (%rdi)
    put_rest 0, 8                       /* flags, altstack */
    put_rest 8, 24
    put_rest 16, 32
    put_rest 24, 40
    put_register FRAME_R8, 0
    put_register FRAME_R9, 8
    put_register FRAME_R10, 16
    put_register FRAME_R11, 24
    put_register FRAME_R12, 32
    put_register FRAME_R13, 40
    put_register FRAME_R14, 48
    put_register FRAME_R15, 56
    put_register FRAME_RDI, 64
    put_register FRAME_RSI, 72
    put_register FRAME_RBP, 80
    put_register FRAME_RBX, 88
    put_register FRAME_RDX, 96
    put_register FRAME_RAX, 104
    put_register FRAME_RCX, 112
    put_register FRAME_RSP, 120
    put_register FRAME_RIP, 128
    put_register FRAME_RFLAGS, 136
    movabsq $SEGMENTS, %rax
    movq %rax, MCONTEXT + 144(%rdi)
    put_rest 32, (MCONTEXT + 152)       /* err, trapno, cr2 */
    put_rest 40, (MCONTEXT + 160)
    put_rest 48, (MCONTEXT + 176)
    movq %r8, MCONTEXT + 168(%rdi)      /* oldmask */
    movq %r9, MCONTEXT + 184(%rdi)
    movq %r8, MCONTEXT + 256(%rdi)
    xorl %eax, %eax
    movq %rax, 16(%rdi)                 /* link; as on Linux, the reserved words are not written */
    ret

/* int user_info_write(void *user, const struct siginfo_data *info): zeroes the rest. */
function user_info_write
    .set offset, 0
    .rept 6
    movq offset(%rsi), %rax
    movq %rax, offset(%rdi)
    .set offset, offset + 8
    .endr
    xorl %eax, %eax
    .rept 10
    movq %rax, offset(%rdi)
    .set offset, offset + 8
    .endr
    ret

/*
 * int user_frame_read(const void *sp, struct trap_frame *regs, struct frame_back
 *                     *back): sp as after the handler's return, above pretcode.
 */
    .macro get_back from, to
    movq \from - 8(%rdi), %rax
    movq %rax, \to(%rdx)
    .endm
    .macro get_register from, to
    movq MCONTEXT + \from - 8(%rdi), %rax
    movq %rax, \to(%rsi)
    .endm

function user_frame_read
    get_back 24, 0                      /* altstack */
    get_back 32, 8
    get_back 40, 16
    get_back (MCONTEXT + 136), 24       /* flags, fpstate, mask, instruction pointer */
    get_back (MCONTEXT + 184), 32
    get_back (MCONTEXT + 256), 40
    get_back (MCONTEXT + 128), 48
    get_register 0, FRAME_R8
    get_register 8, FRAME_R9
    get_register 16, FRAME_R10
    get_register 24, FRAME_R11
    get_register 32, FRAME_R12
    get_register 40, FRAME_R13
    get_register 48, FRAME_R14
    get_register 56, FRAME_R15
    get_register 64, FRAME_RDI
    get_register 72, FRAME_RSI
    get_register 80, FRAME_RBP
    get_register 88, FRAME_RBX
    get_register 96, FRAME_RDX
    get_register 104, FRAME_RAX
    get_register 112, FRAME_RCX
    get_register 120, FRAME_RSP
    xorl %eax, %eax
    ret

/*
 * int user_read_sw(const void *area, struct _fpx_sw_bytes *sw, size_t size): reads all
 * but the padding, whose first word receives the second magic number, expected at
 * `size` bytes into the area.
 */
function user_read_sw
    movl (%rdi, %rdx), %eax
    movl %eax, 20(%rsi)
    movq SW_RESERVED(%rdi), %rax
    movq %rax, (%rsi)
    movq SW_RESERVED + 8(%rdi), %rax
    movq %rax, 8(%rsi)
    movl SW_RESERVED + 16(%rdi), %eax
    movl %eax, 16(%rsi)
    xorl %eax, %eax
    ret

/*
 * int user_xrstor_own(const void *area, uint64_t mask, const struct _fpx_sw_bytes *sw,
 *                     size_t size): user_xrstor() if the area is as user_xsave()
 *                     wrote it; 1 if not.
 */
function user_xrstor_own
    movq (%rdx), %r8
    cmpq %r8, SW_RESERVED(%rdi)
    jne 1f
    movq 8(%rdx), %r8
    cmpq %r8, SW_RESERVED + 8(%rdi)
    jne 1f
    cmpl %ecx, SW_RESERVED + 16(%rdi)
    jne 1f
    cmpl $MAGIC2, (%rdi, %rcx)
    je user_xrstor
1:  movl $1, %eax
    ret

/* int user_xrstor(const void *area, uint64_t mask): keeps components not in the mask. */
function user_xrstor
    movl %esi, %eax
    movq %rsi, %rdx
    shrq $32, %rdx
    xrstor64 (%rdi)
    xorl %eax, %eax
    ret

/* int user_fxrstor(const void *area): x87 and SSE. */
function user_fxrstor
    fxrstor64 (%rdi)
    xorl %eax, %eax
    ret

    .globl user_state_end
    .hidden user_state_end
user_state_end:

function user_state_failed
    movl $-1, %eax
    ret

    .section .note.GNU-stack, "", @progbits
