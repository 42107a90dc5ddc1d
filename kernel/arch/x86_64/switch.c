/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the architecture's part of a task and the switch between two. Called with
 * interrupts off by the scheduler, under its rules; takes no locks.
 *
 * A task that gave up its core inside a system call is inside a function call: of
 * the extended state only MXCSR, the x87 control word and the x87 status word are
 * live. The status word accumulates exceptions; printing one floating-point number
 * sets some. A task that was interrupted (TASK_TRAPPED) needs all of the state.
 */
#include "switch.h"
#include "cpuid.h"
#include "fpu.h"
#include "registers.h"
#include <arch/offsets.h>
#include <arch/task.h>
#include <arch/trap.h>
#include <hermit/entry.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/string.h>
#include <hermit/task.h>
#include <linux/errno.h>

#define X87_SW_EXCEPTIONS 0x00ff
#define X87_SW_TOP        0x3800 /* not 0: the stack is in use */
#define X87_CW_RESET      0x37f  /* as FNINIT leaves it */

static uintptr_t read_fs_base(void)
{
    uintptr_t base;
    __asm__ volatile("rdfsbase %0" : "=r"(base));
    return base;
}

uintptr_t arch_get_thread_pointer(void)
{
    return fpu_features.fsgsbase ? read_fs_base() : current_task()->arch.thread_pointer;
}

static void write_fs_base(uintptr_t base)
{
    if (likely(fpu_features.fsgsbase))
        __asm__ volatile("wrfsbase %0" ::"r"(base));
    else
        wrmsr(MSR_FS_BASE, base);
}

void arch_set_thread_pointer(uintptr_t base)
{
    current_task()->arch.thread_pointer = base;
    write_fs_base(base);
}

/* The registers may hold another task's state; neither its x87 stack nor its pending exceptions may
 * be inherited. */
static void load_control(const struct arch_task *a)
{
    __asm__ volatile("fninit");
    if (a->saved == SAVED_X87)
        __asm__ volatile("fldenv %0" ::"m"(a->x87_env));
    else if (unlikely(a->x87_cw != X87_CW_RESET))
        __asm__ volatile("fldcw %0" ::"m"(a->x87_cw));
    __asm__ volatile("ldmxcsr %0" ::"m"(a->mxcsr));
}

static void save_full(struct arch_task *a)
{
    uint64_t mask = fpu_features.mask;
    if (fpu_features.xsavec) /* omits components in their initial state */
        __asm__ volatile("xsavec64 (%0)" ::"r"(a->xsave), "a"((uint32_t)mask),
                         "d"((uint32_t)(mask >> 32))
                         : "memory");
    else
        fpu_save(a->xsave);
}

/* Resets the flags: an interrupt gate keeps the application's AC and ID, and the next task may
 * return to its application by a plain `ret`. Interrupts are off, and stay off. */
static void put_flags_right(void)
{
    __asm__ volatile("pushq %0; popfq" ::"i"(RFLAGS_ALWAYS) : "cc", "memory");
}

static void leave(struct task *t)
{
    struct arch_task *a = &t->arch;
    uint16_t x87_sw;
    if (t->flags & TASK_KERNEL)
        return;
    if (likely(fpu_features.fsgsbase))
        a->thread_pointer = read_fs_base();
    __asm__ volatile("fnstsw %0" : "=a"(x87_sw));
    if (unlikely((t->flags & TASK_TRAPPED) | (x87_sw & X87_SW_TOP))) {
        a->saved = SAVED_ALL;
        save_full(a);
        put_flags_right();
        return;
    }
    __asm__ volatile("stmxcsr %0" : "=m"(a->mxcsr));
    if (x87_sw & X87_SW_EXCEPTIONS) {
        a->saved = SAVED_X87;
        __asm__ volatile("fnstenv %0" : "=m"(a->x87_env));
    } else {
        a->saved = SAVED_CONTROL;
        __asm__ volatile("fnstcw %0" : "=m"(a->x87_cw));
    }
}

static void resume(struct task *t)
{
    if (t->flags & TASK_KERNEL)
        return;
    write_fs_base(t->arch.thread_pointer);
    if (unlikely(t->arch.saved == SAVED_ALL))
        fpu_restore(t->arch.xsave);
    else
        load_control(&t->arch);
}

/*
 * Stores the stack pointer, loads the other and jumps to the address on its top: the
 * label 1 below, or the entry of a new task. The compiler saves all other registers.
 */
static inline void switch_stack(uintptr_t *save_sp, uintptr_t load_sp)
{
    __asm__ volatile("pushq %%rbp\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "movq %%rsp, (%0)\n\t"
                     "movq %1, %%rsp\n\t"
                     "popq %%rax\n\t"
                     "jmp *%%rax\n"
                     "1:\tpopq %%rbp"
                     : "+D"(save_sp), "+S"(load_sp)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                       "r15", "memory", "cc");
}

__attribute__((always_inline)) void arch_switch(struct task *prev, struct task *next)
{
    leave(prev);
    struct cpu *cpu = this_cpu();
    cpu->current = next;
    cpu->kstack_top = next->kstack_top;
    switch_stack(&prev->arch.sp, next->arch.sp);
    resume(current_task());
}

void arch_task_begin(void)
{
    resume(current_task());
    sched_finish_switch();
}

int arch_task_init(struct task *t, bool kernel)
{
    t->arch.saved = SAVED_CONTROL;
    t->arch.xsave = NULL;
    if (kernel)
        return 0;
    t->arch.xsave = kmalloc(fpu_features.size);
    if (t->arch.xsave == NULL)
        return -ENOMEM;
    ASSERT(IS_ALIGNED((uintptr_t)t->arch.xsave, 64));
    if (fpu_features.xsave) /* the header; the rest is written before it is read */
        memset((char *)t->arch.xsave + FPU_LEGACY_SIZE, 0, FPU_HEADER_SIZE);
    /* The creator's, as pthread_create requires. */
    __asm__ volatile("stmxcsr %0" : "=m"(t->arch.mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(t->arch.x87_cw));
    return 0;
}

void arch_task_free(struct task *t)
{
    kfree(t->arch.xsave);
    t->arch.xsave = NULL;
}

/* Puts a word on the stack of a task that never ran. */
static void push(struct task *t, uint64_t word)
{
    t->arch.sp -= sizeof(word);
    *(uint64_t *)t->arch.sp = word;
}

void arch_task_setup_kernel(struct task *t, void (*fn)(void *arg), void *arg)
{
    t->arch.sp = t->kstack_top;
    push(t, (uintptr_t)arg);
    push(t, (uintptr_t)fn);
    push(t, (uintptr_t)kernel_thread_entry);
}

void arch_task_setup_thread(struct task *t, const struct trap_frame *frame)
{
    struct trap_frame *own = arch_task_frame(t);
    *own = *frame;
    arch_frame_complete(own);
    t->arch.sp = (uintptr_t)own;
    push(t, (uintptr_t)thread_entry);
}

struct trap_frame *arch_task_frame(struct task *t)
{
    return (struct trap_frame *)t->kstack_top - 1;
}
