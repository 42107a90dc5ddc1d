/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * C side of entry.S: dispatches exceptions and interrupts, and does the work on
 * the way back to the application. No locks; everything here works on the running
 * task and its own frame.
 *
 * The stack tells what was interrupted: on the task's kernel stack it was kernel
 * code, which is never preempted; on any other stack it was the application or a
 * leaf system call, which are both preempted and both get signals.
 */
#include "traps.h"
#include "apic.h"
#include "cpuid.h"
#include "fpu.h"
#include "user_state.h"
#include <arch/init.h>
#include <arch/layout.h>
#include <arch/offsets.h>
#include <arch/percpu.h>
#include <arch/trap.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <hermit/entry.h>
#include <hermit/kstack.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/task.h>

_Static_assert(offsetof(struct cpu, current) == CPU_CURRENT, "offsets.h");
_Static_assert(offsetof(struct cpu, kstack_top) == CPU_KSTACK_TOP, "offsets.h");
_Static_assert(offsetof(struct cpu, canary) == 40, "-mstack-protector-guard-offset");
_Static_assert(offsetof(struct task, work) == TASK_WORK, "offsets.h");
_Static_assert(offsetof(struct task, tid) == TASK_TID, "offsets.h");
_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "frame.h");
_Static_assert(offsetof(struct trap_frame, rax) == FRAME_RAX, "frame.h");
_Static_assert(offsetof(struct trap_frame, vector) == FRAME_VECTOR, "frame.h");
_Static_assert(offsetof(struct trap_frame, rflags) == FRAME_RFLAGS, "frame.h");
_Static_assert(offsetof(struct trap_frame, rsp) == FRAME_RSP, "frame.h");
_Static_assert(offsetof(struct trap_frame, ss) == FRAME_SIZE - 8, "entry.S pushes it first");

#define DR6_SINGLE_STEP (1UL << 14)
#define DR6_BREAKPOINTS 0xfUL

#define OVERRUN_SPAN 65536UL /* bytes below a kernel stack that only the kernel reaches */

enum page_fault_error { PF_PRESENT = 1, PF_WRITE = 2, PF_RESERVED = 8, PF_FETCH = 16 };

bool trap_on_kernel_stack(uintptr_t sp)
{
    uintptr_t top = this_cpu()->kstack_top;
    return top == 0 || top - sp < KSTACK_SIZE - KSTACK_MARGIN;
}

/* The application's signal for an exception other than a page fault. Codes as on Linux. */
static const struct {
    uint8_t sig;
    uint8_t code;
    bool at_ip; /* si_addr is the instruction, else 0 */
} exception_signals[32] = {
    [0] = {SIGFPE, FPE_INTDIV, true},   /* #DE */
    [3] = {SIGTRAP, SI_KERNEL, false},  /* #BP */
    [4] = {SIGSEGV, SI_KERNEL, false},  /* #OF */
    [6] = {SIGILL, ILL_ILLOPN, true},   /* #UD */
    [10] = {SIGSEGV, SI_KERNEL, false}, /* #TS */
    [11] = {SIGBUS, SI_KERNEL, false},  /* #NP */
    [12] = {SIGBUS, SI_KERNEL, false},  /* #SS */
    [13] = {SIGSEGV, SI_KERNEL, false}, /* #GP: a non-canonical address, mostly */
    [17] = {SIGBUS, BUS_ADRALN, false}, /* #AC */
};

/* Sends the running task the signal of its fault; the sigcontext describes the exception. */
static void fault(struct trap_frame *frame, int sig, int code, uintptr_t addr)
{
    struct task *t = current_task();
    t->arch.fault_vector = frame->vector;
    t->arch.fault_error = frame->error;
    signal_fault(frame, sig, code, addr);
}

static unsigned long take_dr6(void)
{
    unsigned long dr6;
    __asm__ volatile("movq %%dr6, %0" : "=r"(dr6));
    __asm__ volatile("movq %0, %%dr6" ::"r"(0UL));
    return dr6;
}

static void debug_exception(struct trap_frame *frame)
{
    unsigned long dr6 = take_dr6();
    int code = dr6 & DR6_SINGLE_STEP   ? TRAP_TRACE
               : dr6 & DR6_BREAKPOINTS ? TRAP_HWBKPT
                                       : TRAP_BRKPT; /* the instruction int1 */
    fault(frame, SIGTRAP, code, frame->rip);
}

/*
 * A single step into a system call: the whole call is one step. A leaf continues,
 * trap by trap; so does hermit_call_entry, until it has saved the flags.
 */
SMALL __attribute__((noinline)) static void pass_step_over(struct trap_frame *frame, bool kernel)
{
    (void)take_dr6();
    uintptr_t call = (uintptr_t)hermit_call_entry, end = (uintptr_t)hermit_call_end;
    if (kernel && frame->rip - call >= end - call)
        frame->rflags &= ~(uint64_t)RFLAGS_TF;
}

/* #NP: the vector has no gate. */
SMALL __attribute__((noinline)) static void no_gate(struct trap_frame *frame, bool kernel)
{
    if (!kernel && soft_interrupt_unused(frame))
        fault(frame, SIGSEGV, SI_KERNEL, 0);
    else
        apic_eoi(); /* of a device without a handler */
}

/* An exception of the application other than a page fault. */
SMALL __attribute__((noinline)) static void application_exception(struct trap_frame *frame)
{
    unsigned vector = (unsigned)frame->vector;
    if (vector == 1) {
        debug_exception(frame);
    } else if (vector == 16 || vector == 19) { /* #MF, #XM */
        int code = fpu_exception_code(vector == 16);
        if (code != 0)
            fault(frame, SIGFPE, code, frame->rip);
        else if (soft_interrupt(frame))
            fault(frame, SIGSEGV, SI_KERNEL, 0);
    } else if (exception_signals[vector].sig != 0) {
        fault(frame, exception_signals[vector].sig, exception_signals[vector].code,
              exception_signals[vector].at_ip ? frame->rip : 0);
    } else { /* by `int`, or the application has changed the core's set-up */
        (void)soft_interrupt(frame);
        fault(frame, SIGSEGV, SI_KERNEL, 0);
    }
}

/* Tries to make the page present. 0, or the signal for the access and its *code. */
static int resolve_page_fault(vaddr_t addr, uint64_t error, int *code)
{
    unsigned access = (error & PF_WRITE ? FAULT_WRITE : 0) | (error & PF_FETCH ? FAULT_EXEC : 0) |
                      (error & PF_PRESENT ? FAULT_PRESENT : 0);
    arch_irq_enable();
    int sig = vm_fault(addr, access, code);
    if (sig < 0)
        vm_out_of_memory();
    arch_irq_disable();
    return sig;
}

/* Where kernel code that accesses application memory resumes after a fault; 0: other code. */
static uintptr_t find_fixup(uintptr_t rip)
{
    uintptr_t fixup = uaccess_fixup(rip);
    return fixup != 0 ? fixup : user_state_fixup(rip);
}

static void page_fault(struct trap_frame *frame, vaddr_t addr, bool kernel)
{
    uintptr_t fixup = is_kernel_text(frame->rip) ? find_fixup(frame->rip) : 0;
    struct task *t = current_task();

    if (frame->error & PF_RESERVED || (kernel && fixup == 0))
        panic_trap(frame, "page fault in the kernel", addr);
    if (fixup != 0 && (t->flags & TASK_NOFAULT || !(frame->rflags & RFLAGS_IF))) {
        frame->rip = fixup; /* the caller may not sleep */
        return;
    }
    int code = 0;
    int sig = resolve_page_fault(addr, frame->error, &code);
    if (sig == 0)
        return;
    if (fixup != 0) {
        frame->rip = fixup;
        return;
    }
    t->arch.fault_address = addr;
    fault(frame, sig, code, addr);
}

SMALL __attribute__((noinline)) static void kernel_exception(struct trap_frame *frame)
{
    uintptr_t fixup = find_fixup(frame->rip);
    if (frame->vector != VECTOR_GENERAL_PROTECTION || fixup == 0)
        panic_trap(frame, "exception in the kernel", 0);
    frame->rip = fixup;
}

/* True if the kernel has reached the end of its stack or gone beyond. Any other invalid stack
 * pointer is the application's. */
static bool kernel_stack_is_overrun(const struct trap_frame *frame)
{
    uintptr_t used = this_cpu()->kstack_top - frame->rsp;
    return is_kernel_text(frame->rip) && used - (KSTACK_SIZE - KSTACK_MARGIN) <= OVERRUN_SPAN;
}

static void exception(struct trap_frame *frame, bool kernel)
{
    if (frame->vector == VECTOR_PAGE_FAULT) {
        vaddr_t addr = read_cr2();
        if (!kernel && unlikely(kernel_stack_is_overrun(frame)))
            panic_trap(frame, "kernel stack overrun", addr);
        page_fault(frame, addr, kernel);
        return;
    }
    if (!kernel && kernel_stack_is_overrun(frame))
        panic_trap(frame, "kernel stack overrun", 0);
    if (frame->vector == VECTOR_DEBUG && is_kernel_text(frame->rip)) {
        pass_step_over(frame, kernel);
    } else if (frame->vector == VECTOR_NOT_PRESENT && frame->error & ERROR_IN_IDT) {
        no_gate(frame, kernel);
    } else if (kernel) {
        kernel_exception(frame);
    } else {
        arch_irq_enable();
        application_exception(frame);
    }
}

/*
 * The context that iretq was to return to is invalid: a non-canonical address, for
 * example. As on Linux, the application gets the fault, at that address. The context
 * is still at the interrupted stack pointer.
 */
static bool bad_return(struct trap_frame *frame)
{
    if (likely(frame->rip != (uintptr_t)hermit_iretq))
        return false;
    __builtin_memmove(&frame->rip, (const void *)frame->rsp, 5 * sizeof(uint64_t));
    return true;
}

/*
 * After `lock cmpxchg16b` QEMU 7.2's TCG takes for the flags, until an instruction sets them, what
 * is left of the sum before: with -1 all are set, TF too, and would come back with the frame. If
 * there are some that no processor has, only those of sums are kept. The kernel has no cmpxchg16b.
 */
static inline void mend_flags(struct trap_frame *frame)
{
    if (unlikely((frame->rflags & ~(uint64_t)RFLAGS_ALL) != 0))
        frame->rflags = (frame->rflags & RFLAGS_SUMS) | RFLAGS_IF | RFLAGS_ALWAYS;
}

void trap_dispatch(struct trap_frame *frame)
{
    bool kernel = trap_on_kernel_stack(frame->rsp) && !bad_return(frame);
    if (!kernel)
        current_task()->flags |= TASK_TRAPPED;
    if (unlikely(frame->cs != KERNEL_CS))
        soft_interrupt_shifted(frame);
    mend_flags(frame);
    if (frame->vector >= 32 && (kernel || !soft_interrupt(frame)))
        interrupt_handle((unsigned)frame->vector);
    else
        exception(frame, kernel);
    if (!kernel) {
        trap_exit_work(frame);
    } else if (frame->rip - (uintptr_t)hermit_call_exit <
               (uintptr_t)hermit_call_exit_end - (uintptr_t)hermit_call_exit) {
        frame->rip = (uintptr_t)hermit_call_exit; /* check for work again */
    }
}

void trap_exit_work(struct trap_frame *frame)
{
    struct task *t = current_task();
    arch_irq_disable(); /* from the last check for work to the return */
    while (atomic_load_explicit(&t->work, memory_order_relaxed) != 0) {
        arch_irq_enable();
        task_exit_work(frame);
        arch_irq_disable();
    }
    t->flags &= ~(uint32_t)TASK_TRAPPED;
}

bool syscall_exit_work(struct trap_frame *frame)
{
    task_exit_work(frame);
    return frame->vector != FRAME_SYSCALL;
}

void syscall_odd_exit(struct trap_frame *frame)
{
    mend_flags(frame);
    task_exit_work(frame); /* at least once: the result may be kernel-internal */
    arch_frame_complete(frame);
}

/* On one of the fatal stacks: true if the application's `int` was the cause. */
static bool asked_for(struct trap_frame *frame)
{
    if (frame->cs != KERNEL_CS) {
        soft_interrupt_shifted(frame);
        return true;
    }
    return frame->vector != VECTOR_DOUBLE_FAULT && !trap_on_kernel_stack(frame->rsp) &&
           !is_kernel_text(frame->rip) && soft_interrupt(frame);
}

bool trap_fatal(struct trap_frame *frame)
{
    if (frame->vector == VECTOR_NMI)
        smp_handle_nmi();
    if (asked_for(frame))
        return true;
    if (frame->vector == VECTOR_NMI) {
        klog("NMI for no known reason\n");
        return false;
    }
    panic_trap(frame, frame->vector == VECTOR_DOUBLE_FAULT ? "double fault" : "machine check",
               frame->vector == VECTOR_DOUBLE_FAULT ? read_cr2() : 0);
}

void arch_frame_complete(struct trap_frame *frame)
{
    if (frame->vector != FRAME_SYSCALL)
        return;
    frame->vector = FRAME_FULL;
    frame->r10 = 0;
    frame->r11 = 0;
    frame->cs = KERNEL_CS;
    frame->ss = KERNEL_DS;
    frame->rflags |= RFLAGS_IF;
}

void arch_restart_call(struct trap_frame *frame, long (*handler)(void))
{
    uintptr_t target = handler != NULL ? (uintptr_t)handler : frame->ss;
    arch_frame_complete(frame);
    frame->rax = target;
    frame->rip = (uintptr_t)hermit_call_entry;
    frame->rsp -= sizeof(uint64_t); /* the return address is still there */
}
