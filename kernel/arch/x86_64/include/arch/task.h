/* SPDX-License-Identifier: BSD-3-Clause */
/* The architecture's part of a task. */
#ifndef ARCH_TASK_H
#define ARCH_TASK_H

#include <arch/frame.h>
#include <hermit/types.h>

struct task;

/* Which part of a switched-out task's extended state is live, and where it is saved. */
enum arch_saved {
    SAVED_CONTROL, /* mxcsr, x87_cw; a call may change all else */
    SAVED_X87,     /* mxcsr, x87_env: the x87 status is not empty */
    SAVED_ALL,     /* xsave: it was interrupted, or the x87 stack is not empty */
};

struct arch_task {
    uintptr_t sp;             /* 0x10 kernel stack pointer while switched out */
    uintptr_t thread_pointer; /* 0x18 application's TLS while switched out */
    void *xsave; /* XSAVE area, 64-byte aligned, while switched out; NULL for idle tasks */
    uint32_t mxcsr;
    uint16_t x87_cw;
    uint8_t saved;       /* enum arch_saved, while switched out */
    uint32_t x87_env[7]; /* as FNSTENV stores it */

    /* the last fault, for the sigcontext */
    uint64_t fault_vector, fault_error, fault_address;
};

/* Initializes the architecture's part; threads inherit the creator's MXCSR and x87 control word.
 * 0 or −ENOMEM. */
int arch_task_init(struct task *t, bool kernel);
void arch_task_free(struct task *t);

/* Prepares the stack so that the first switch calls sched_finish_switch() and then fn(arg). */
void arch_task_setup_kernel(struct task *t, void (*fn)(void *arg), void *arg);
/* … or enters application code with `frame`. */
void arch_task_setup_thread(struct task *t, const struct trap_frame *frame);

/*
 * Switches from the running task to `next`: stack, FS base, extended state,
 * percpu current and kstack_top. Interrupts off. Returns when `prev` runs again.
 */
void arch_switch(struct task *prev, struct task *next);

/* The running task's FS base: arch_prctl(ARCH_SET_FS); CLONE_SETTLS sets the child's field. */
uintptr_t arch_get_thread_pointer(void);
void arch_set_thread_pointer(uintptr_t base);

/* The application's frame at the top of a task's kernel stack (valid while it is in the kernel). */
struct trap_frame *arch_task_frame(struct task *t);

#endif
