/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns what entry.S calls: the dispatch of exceptions and interrupts, and the
 * work on the way back to the application. No locks; everything here concerns the
 * running task and its own frame.
 *
 * Who was interrupted is told by the stack: on the task's kernel stack it was
 * kernel code, which is never preempted; on any other stack it was the application
 * or a leaf system call, which are preempted and get signals alike.
 */
#include <arch/cpuid.h>
#include <arch/init.h>
#include <arch/layout.h>
#include <arch/offsets.h>
#include <arch/percpu.h>
#include <arch/trap.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/signal.h>
#include <hermit/task.h>
#include <hermit/vm.h>

#include "fpu.h"
#include "traps.h"
#include "user_state.h"

_Static_assert(offsetof(struct cpu, current) == CPU_CURRENT, "offsets.h");
_Static_assert(offsetof(struct cpu, kstack_top) == CPU_KSTACK_TOP, "offsets.h");
_Static_assert(offsetof(struct cpu, canary) == 40, "-mstack-protector-guard-offset");
_Static_assert(offsetof(struct task, work) == TASK_WORK, "offsets.h");
_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "frame.h");
_Static_assert(offsetof(struct trap_frame, rax) == FRAME_RAX, "frame.h");
_Static_assert(offsetof(struct trap_frame, vector) == FRAME_VECTOR, "frame.h");
_Static_assert(offsetof(struct trap_frame, rsp) == FRAME_RSP, "frame.h");
_Static_assert(KSTACK_SIZE == KSTACK_BYTES, "offsets.h");
_Static_assert(ERESTARTSYS == ERESTART_FIRST && ERESTART_RESTARTBLOCK == ERESTART_LAST,
               "offsets.h");

#define DR6_SINGLE_STEP (1UL << 14)

enum page_fault_error { PF_PRESENT = 1, PF_WRITE = 2, PF_RESERVED = 8, PF_FETCH = 16 };

bool trap_on_kernel_stack(uintptr_t sp)
{
    uintptr_t top = this_cpu()->kstack_top;
    return top == 0 || top - sp < KSTACK_SIZE - KSTACK_MARGIN;
}

/* What the application gets for an exception that is not a page fault. Linux's choice of codes. */
static const struct {
    uint8_t sig;
    uint8_t code;
    bool at_ip; /* si_addr is the instruction, else 0 */
} exception_signals[32] = {
    [0] = {SIGFPE, FPE_INTDIV, true},   /* #DE */
    [3] = {SIGTRAP, SI_KERNEL, false},  /* #BP */
    [4] = {SIGSEGV, SI_KERNEL, false},  /* #OF */
    [5] = {SIGSEGV, SI_KERNEL, false},  /* #BR */
    [6] = {SIGILL, ILL_ILLOPN, true},   /* #UD */
    [10] = {SIGSEGV, SI_KERNEL, false}, /* #TS */
    [11] = {SIGBUS, SI_KERNEL, false},  /* #NP */
    [12] = {SIGBUS, SI_KERNEL, false},  /* #SS */
    [13] = {SIGSEGV, SI_KERNEL, false}, /* #GP: a non-canonical address, mostly */
    [17] = {SIGBUS, BUS_ADRALN, false}, /* #AC */
};

/* A signal for what the running task did; the sigcontext tells the exception. */
static void fault(struct trap_frame *frame, int sig, int code, uintptr_t addr)
{
    struct task *t = current_task();
    t->arch.fault_vector = frame->vector;
    t->arch.fault_error = frame->error;
    signal_fault(frame, sig, code, addr);
}

static void debug_exception(struct trap_frame *frame)
{
    unsigned long dr6;
    __asm__ volatile("movq %%dr6, %0" : "=r"(dr6));
    __asm__ volatile("movq %0, %%dr6" ::"r"(0UL));
    fault(frame, SIGTRAP, dr6 & DR6_SINGLE_STEP ? TRAP_TRACE : TRAP_HWBKPT, frame->rip);
}

/* An exception of the application other than a page fault. */
static void application_exception(struct trap_frame *frame)
{
    unsigned vector = (unsigned)frame->vector;
    if (vector == 1) {
        debug_exception(frame);
    } else if (vector == 16 || vector == 19) { /* #MF, #XM */
        int code = fpu_exception_code(vector == 16);
        if (code != 0)
            fault(frame, SIGFPE, code, frame->rip);
    } else if (exception_signals[vector].sig != 0) {
        fault(frame, exception_signals[vector].sig, exception_signals[vector].code,
              exception_signals[vector].at_ip ? frame->rip : 0);
    } else {
        panic_trap(frame, "unexpected exception", 0);
    }
}

/* Tries to make the page present. 0, or the signal that the access deserves. */
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

/* Where kernel code that touched the application's memory goes on after a fault; 0: none did. */
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

static void exception(struct trap_frame *frame, bool kernel)
{
    vaddr_t addr = frame->vector == VECTOR_PAGE_FAULT ? read_cr2() : 0;
    if (!kernel && is_kernel_text(frame->rip) && frame->rsp >= DIRECT_MAP_BASE)
        panic_trap(frame, "kernel stack overrun", addr);
    if (frame->vector == VECTOR_PAGE_FAULT) {
        page_fault(frame, addr, kernel);
        return;
    }
    if (kernel) {
        uintptr_t fixup = find_fixup(frame->rip);
        if (frame->vector != VECTOR_GENERAL_PROTECTION || fixup == 0)
            panic_trap(frame, "exception in the kernel", addr);
        frame->rip = fixup;
        return;
    }
    arch_irq_enable();
    application_exception(frame);
}

void trap_dispatch(struct trap_frame *frame)
{
    bool kernel = trap_on_kernel_stack(frame->rsp);
    if (!kernel)
        current_task()->flags |= TASK_TRAPPED;
    if (frame->vector >= 32)
        interrupt_handle((unsigned)frame->vector);
    else
        exception(frame, kernel);
    if (!kernel) {
        trap_exit_work(frame);
    } else if (frame->rip - (uintptr_t)hermit_call_exit <
               (uintptr_t)hermit_call_exit_end - (uintptr_t)hermit_call_exit) {
        frame->rip = (uintptr_t)hermit_call_exit; /* look for work again */
    }
}

void trap_exit_work(struct trap_frame *frame)
{
    struct task *t = current_task();
    arch_irq_disable(); /* from the last look for work to the return */
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

void trap_fatal(struct trap_frame *frame)
{
    if (frame->vector == VECTOR_NMI) {
        smp_handle_nmi();
        klog("NMI for no known reason\n");
        return;
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
    frame->rflags = RFLAGS_IF | RFLAGS_ALWAYS;
}

void arch_restart_call(struct trap_frame *frame, long (*handler)(void))
{
    uintptr_t target = handler != NULL ? (uintptr_t)handler : frame->error;
    arch_frame_complete(frame);
    frame->rax = target;
    frame->rip = (uintptr_t)hermit_call_entry;
    frame->rsp -= sizeof(uint64_t); /* the return address is still there */
}
