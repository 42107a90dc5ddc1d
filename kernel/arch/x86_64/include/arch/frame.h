/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The register frame that every entry leaves on the task's kernel stack, system
 * calls included. The assembler files (entry.S, user_state.S) use the offsets;
 * static assertions in traps.c check them.
 *
 * A frame of a system call holds the return address in rip, the stack pointer
 * after the return in rsp, the arguments in rdi, rsi, rdx, rcx, r8, r9
 * (function call ABI: the fourth is in rcx, not r10), the handler's address,
 * which a restart calls again, in ss, and in rax, once the handler has returned,
 * its result. The other fields (r10, r11, error, cs) are unset.
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

struct trap_frame {
    uint64_t r15, r14, r13, r12, rbp, rbx;              /* 0x00 callee-saved */
    uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi; /* 0x30 */
    uint64_t vector;                                    /* 0x78 FRAME_SYSCALL for a system call */
    uint64_t error;                                     /* 0x80 the processor's error code or 0 */
    uint64_t rip, cs, rflags, rsp, ss;                  /* 0x88 as iretq takes them */
};
#endif /* accessors for other parts are at the end */

#define FRAME_R15    0x00
#define FRAME_R14    0x08
#define FRAME_R13    0x10
#define FRAME_R12    0x18
#define FRAME_RBP    0x20
#define FRAME_RBX    0x28
#define FRAME_R11    0x30
#define FRAME_R10    0x38
#define FRAME_R9     0x40
#define FRAME_R8     0x48
#define FRAME_RAX    0x50
#define FRAME_RCX    0x58
#define FRAME_RDX    0x60
#define FRAME_RSI    0x68
#define FRAME_RDI    0x70
#define FRAME_VECTOR 0x78
#define FRAME_RIP    0x88
#define FRAME_RFLAGS 0x98
#define FRAME_RSP    0xa0
#define FRAME_SIZE   0xb0

#define FRAME_SYSCALL 0x100 /* a system call; some fields are unset, see above */
#define FRAME_FULL    0x101 /* made by the kernel: all registers, no call to restart */

#ifndef __ASSEMBLER__
/* True for the frame of a system call: it takes a result and may be restarted. */
static inline bool frame_is_call(const struct trap_frame *frame)
{
    return frame->vector == FRAME_SYSCALL;
}

/* What the call returns: a result or −errno. */
static inline uint64_t frame_result(const struct trap_frame *frame)
{
    return frame->rax;
}

static inline void frame_set_result(struct trap_frame *frame, long result)
{
    frame->rax = (uint64_t)result;
}

/* The application's stack pointer. */
static inline uintptr_t frame_stack(const struct trap_frame *frame)
{
    return frame->rsp;
}

static inline void frame_set_stack(struct trap_frame *frame, uintptr_t sp)
{
    frame->rsp = sp;
}
#endif

#endif
