/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the architecture calls upwards: its entry code is at the bottom of every call and at the top
 * of every interrupt. The folder named in each heading defines the functions below it.
 */
#ifndef HERMIT_ENTRY_H
#define HERMIT_ENTRY_H

#include <hermit/types.h>

struct trap_frame;

/* kernel/boot/: the start. */

/*
 * The boot before the final page tables: CPU 0, on the identity map of the first 4 GiB, before the
 * image is relocated: code may use hidden symbols only and no initialised pointers. `start_info`:
 * as the boot loader gave it.
 */
struct boot_target {
    paddr_t root;   /* top page table of the final address space */
    uintptr_t bias; /* virtual − link address of the image */
};
struct boot_target boot_early(paddr_t start_info);

/* First code at the high address: drops the identity map and calls kernel_main(). */
_Noreturn void boot_high(void);

/* Entry as a Linux program: `stack` as Linux built it, `room` for argc + 8 pointers. */
_Noreturn void self_start(const unsigned long *stack, const char **room);

/* kernel/time/: interrupts. */

/* Called in every interrupt sent by another core: postpones the event timer if the timer that it
 * was set for was cancelled. */
void timer_settle(void);

/* Called by the timer interrupt: runs the timers that are due and programs the next. */
void timer_interrupt(void);

/* kernel/sched/: the switch, and time in the kernel. */

/* Second half of a context switch, on the new task's stack; called first by every new task. */
void sched_finish_switch(void);

/* What a core does that has started, see sched_cpu_init(). */
_Noreturn void sched_idle_loop(void);

/* The current task enters the kernel, or returns to the application. Interrupts on or off. A second
 * sched_leave_kernel() does nothing. */
void sched_enter_kernel(void);
void sched_leave_kernel(void);

/*
 * Gives up the core if another task should have it. For long work inside the kernel,
 * about once per ten thousand instructions (a page or more copied, zeroed, freed).
 * Sleeping locks may be held, spin locks may not; interrupts on, state TASK_RUNNING.
 * True: the process is ending, or a signal that will end it is pending: stop early if
 * the work may be left unfinished.
 */
bool cond_resched(void);

/* kernel/vm/: page faults. */

/*
 * A page fault at `addr`. Interrupts on, may sleep. Returns 0 if the access can be
 * repeated, or the signal to deliver with *si_code (SIGSEGV: SEGV_MAPERR,
 * SEGV_ACCERR; SIGBUS: BUS_ADRERR), or −ENOMEM: memory is exhausted (the caller
 * ends the program by vm_out_of_memory()).
 */
#define FAULT_WRITE   1
#define FAULT_EXEC    2
#define FAULT_PRESENT 4
int vm_fault(vaddr_t addr, unsigned access, int *si_code);

/* Reports the memory usage and ends the program with SIGKILL (137). */
_Noreturn void vm_out_of_memory(void);

/* kernel/process/: signals and pending work. */

/* A fault of the application: delivers the signal to the current task; ends the process with a
 * report if the signal is blocked, ignored or has the default action. */
void signal_fault(struct trap_frame *frame, int sig, int code, uintptr_t addr);

/*
 * Exit work of the current task, on the way back to application code with
 * interrupts on: delivers signals (building the handler's frame on the
 * application's stack), restarts interrupted calls, reschedules, parks a task
 * whose process ends. `frame` is the whole context to return to.
 */
void task_exit_work(struct trap_frame *frame);

#endif
