/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kernel entry and exit: system calls, exceptions, interrupts. Each entry leaves
 * a struct trap_frame on the task's kernel stack; the C counterparts are in
 * traps.c. No locks; interrupts are on throughout a system call and off from a
 * trap until C code enables them.
 */
#include <arch/frame.h>
#include <arch/offsets.h>

    .section .text.hermit_call_entry, "ax", @progbits

/*
 * A system call that needs the kernel stack: rax = handler, the arguments as for
 * a function call. The handler preserves callee-saved registers; they are in the
 * frame for signals, clone and reports. Changes the caller-saved registers.
 *
 * The return address is read before the stack switch: if the application has
 * unmapped its own stack, the fault is the application's. Calls with flags that
 * the function-call ABI forbids take the path odd_call; until then nothing here
 * depends on the flags, and single steps are passed over (traps.c).
 */
    .globl hermit_call_entry
    .type hermit_call_entry, @function
hermit_call_entry:
    movq (%rsp), %r11
    leaq 8(%rsp), %r10
    movq %gs:CPU_KSTACK_TOP, %rsp
    pushq %rax                          /* ss, rsp, rflags of the frame */
    pushq %r10
    pushfq
    subq $FRAME_RFLAGS, %rsp
    movq %r15, FRAME_R15(%rsp)
    movq %r14, FRAME_R14(%rsp)
    movq %r13, FRAME_R13(%rsp)
    movq %r12, FRAME_R12(%rsp)
    movq %rbp, FRAME_RBP(%rsp)
    movq %rbx, FRAME_RBX(%rsp)
    movq %r9, FRAME_R9(%rsp)
    movq %r8, FRAME_R8(%rsp)
    movq %rcx, FRAME_RCX(%rsp)
    movq %rdx, FRAME_RDX(%rsp)
    movq %rsi, FRAME_RSI(%rsp)
    movq %rdi, FRAME_RDI(%rsp)
    movq $FRAME_SYSCALL, FRAME_VECTOR(%rsp)
    movq %r11, FRAME_RIP(%rsp)
    .globl account_at_call              /* account_at_*: see accounting.c */
account_at_call:
    testl $RFLAGS_ODD, FRAME_RFLAGS(%rsp)
    jnz odd_call
    call *%rax

/*
 * Exit, with the result in rax. An interrupt between here and hermit_call_exit_end
 * may bring work after the check for it: trap_dispatch() then sets rip back to
 * hermit_call_exit, so that no wake-up is lost although interrupts stay on. From
 * hermit_call_exit_end on, the task is on its own stack and the interrupt does the
 * work itself. A result that only the kernel may see (ERESTARTSYS …) always comes
 * with work: signal_pending() ensures it.
 * docs/concurrency.md, "The way out of a system call".
 */
    .globl hermit_call_exit
hermit_call_exit:
    .globl account_at_return
account_at_return:
    movq %gs:CPU_CURRENT, %rcx
    cmpl $0, TASK_WORK(%rcx)
    jne work
#ifdef HERMIT_DEBUG
    leaq ERESTART_LAST(%rax), %rcx
    cmpq $(ERESTART_LAST - ERESTART_FIRST), %rcx
    jbe internal_result
#endif
    movq FRAME_RSP(%rsp), %rcx
    leaq -8(%rcx), %rsp
    .globl hermit_call_exit_end
hermit_call_exit_end:
    ret

work:
    movq %rax, FRAME_RAX(%rsp)
    movq %rsp, %rdi
    call syscall_exit_work              /* true: the frame is no longer this call's */
    testb %al, %al
    jnz full_exit
    movq FRAME_RAX(%rsp), %rax
    jmp hermit_call_exit
#ifdef HERMIT_DEBUG
internal_result:
    ud2
#endif

/*
 * Runs the handler with the flags reset and restores the frame's at the end: like
 * a Linux system call, this changes no flags but the arithmetic ones.
 */
odd_call:
    pushq $(RFLAGS_IF | RFLAGS_ALWAYS)
    popfq
    call *%rax
    movq %rax, FRAME_RAX(%rsp)
    movq %rsp, %rdi
    call syscall_odd_exit
    jmp full_exit
    .globl hermit_call_end
hermit_call_end:
    .size hermit_call_entry, . - hermit_call_entry

/* _Noreturn void arch_full_exit(struct trap_frame *frame): to the application, all registers. */
    .section .text.arch_full_exit, "ax", @progbits
    .globl arch_full_exit
    .type arch_full_exit, @function
arch_full_exit:
    movq %rdi, %rsp
full_exit:
    movq %rsp, %rdi
    .globl account_at_full_exit
account_at_full_exit:
    call trap_exit_work                 /* returns with interrupts off */
restore_frame:
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    addq $16, %rsp                      /* vector, error */
    .globl hermit_iretq
hermit_iretq:                           /* an invalid return context faults here: bad_return() */
    iretq
    .size arch_full_exit, . - arch_full_exit

.macro push_registers
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %rax
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
.endm

/* First code of a new thread; the frame to enter the application with is at rsp. */
    .section .text.thread_entry, "ax", @progbits
    .globl thread_entry
thread_entry:
    xorl %ebp, %ebp                     /* the end of a backtrace */
    call arch_task_begin
    jmp full_exit

/* First code of a core's idle task or of a thread of the kernel; on the stack: its function, which
 * never returns, and the argument. */
    .globl kernel_thread_entry
kernel_thread_entry:
    xorl %ebp, %ebp
    call arch_task_begin
    popq %rax
    popq %rdi
    sti
    call *%rax
    ud2

/*
 * Every exception and interrupt but NMI, #DF and #MC arrives here on the core's
 * trap stack (IST 1) with vector and error code pushed, whatever stack was in
 * use: the red zone below the interrupted rsp is not touched. The frame moves to
 * the kernel stack at once, which frees the trap stack for the next trap:
 * directly below the interrupted rsp if that lies within the kernel stack, else
 * to its top. A stack with less than KSTACK_MARGIN left counts as overrun: the
 * frame goes to the top and trap_dispatch() ends the machine. Before the first
 * task exists (kstack_top 0) the frame stays on the interrupted stack. The gate
 * has cleared TF and NT; AC has no effect in ring 0, and a switch clears it.
 */
    .section .text.trap_entry, "ax", @progbits
irq_entry:                              /* pushed: vector - 128 alone */
    pushq (%rsp)
    movq $0, 8(%rsp)
    subq $-128, (%rsp)
trap_entry:
    push_registers
    cld
move_frame:
    movq FRAME_RSP(%rsp), %rdi
    movq %gs:CPU_KSTACK_TOP, %rax
    testq %rax, %rax
    jz 1f
    movq %rax, %rcx
    subq %rdi, %rcx
    cmpq $(KSTACK_BYTES - KSTACK_MARGIN), %rcx
    jb 1f
    movq %rax, %rdi
1:  andq $-16, %rdi
    movq %rsp, %rsi
    movq %rdi, %rsp
    .set offset, FRAME_SIZE - 8
    .rept FRAME_SIZE / 8
    pushq offset(%rsi)
    .set offset, offset - 8
    .endr
    movq %rsp, %rdi
    .globl account_at_trap
account_at_trap:
    call trap_dispatch
    jmp restore_frame

/* NMI, #DF, #MC: stay on their own stacks, unless raised by the application's `int`. */
fatal_entry:
    push_registers
    cld
    movq %rsp, %rdi
    call trap_fatal
    testb %al, %al
    jz restore_frame
    jmp move_frame

.macro exception error, entry
    .balign 16
    .if \error == 0
    pushq $0
    .endif
    pushq $vector
    jmp \entry
.endm

/* Targets of the IDT: 32 stubs of 16 bytes, then 224 of 8. */
    .section .text.trap_stubs, "ax", @progbits
    .balign 16
    .globl exception_stubs
exception_stubs:
    .set vector, 0
    .rept 32
    .if vector == 8
    exception 1, fatal_entry
    .elseif vector == 2 || vector == 18
    exception 0, fatal_entry
    .elseif (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || \
        vector == 29 || vector == 30
    exception 1, trap_entry
    .else
    exception 0, trap_entry
    .endif
    .set vector, vector + 1
    .endr
    .balign 16
    .globl irq_stubs
irq_stubs:
    .rept 224
    .balign 8
    pushq $(vector - 128)
    jmp irq_entry
    .set vector, vector + 1
    .endr
