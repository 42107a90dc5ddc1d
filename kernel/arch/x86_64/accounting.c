/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Accounts time in the kernel apart from the program's own. This costs two clock reads for
 * each call and trap, so it is done only in programs that link a call which reports it:
 * getrusage or times. The linker keeps a reference to account_patch() for each such call
 * (syscalls/entry.S); if there is one, four instructions of entry.S are replaced at start
 * by calls to the functions here. Other programs neither execute nor contain this code.
 */
#include "registers.h"
#include "traps.h"
#include <arch/init.h>
#include <hermit/entry.h>
#include <hermit/string.h>

#define CALL_SIZE 5

void account_patch(void);

#pragma GCC visibility push(hidden)
extern char account_at_call[], account_at_return[], account_at_trap[], account_at_full_exit[];
extern char account_call[], account_return[];
/* From the link script; weak, since other link scripts may lack them. */
extern const int32_t __hermit_accounting_start[] __attribute__((weak));
extern const int32_t __hermit_accounting_end[] __attribute__((weak));
#pragma GCC visibility pop

static void account_trap(struct trap_frame *frame)
{
    bool kernel = trap_on_kernel_stack(frame->rsp);

    if (!kernel)
        sched_enter_kernel();
    trap_dispatch(frame);
    if (!kernel)
        sched_leave_kernel();
}

static void account_full_exit(struct trap_frame *frame)
{
    trap_exit_work(frame);
    sched_leave_kernel();
}

/* Replaces the instruction of `size` bytes at `at` by a call of `target`. */
static void patch(char *at, const void *target, size_t size)
{
    int32_t distance = (int32_t)((intptr_t)target - (intptr_t)(at + CALL_SIZE));

    at[0] = (char)0xe8;
    memcpy(at + 1, &distance, sizeof(distance));
    memset(at + CALL_SIZE, 0x90, size - CALL_SIZE); /* nop */
}

static void write_protection(bool on)
{
    uint64_t cr0;

    __asm__ volatile("movq %%cr0, %0" : "=r"(cr0));
    cr0 = on ? cr0 | CR0_WP : cr0 & ~(uint64_t)CR0_WP;
    __asm__ volatile("movq %0, %%cr0" : : "r"(cr0) : "memory");
}

void account_patch(void)
{
    write_protection(false);
    patch(account_at_call, account_call, 11);
    patch(account_at_return, account_return, 9);
    patch(account_at_trap, (const void *)account_trap, CALL_SIZE);
    patch(account_at_full_exit, (const void *)account_full_exit, CALL_SIZE);
    write_protection(true);
}

/* The references are self-relative offsets, all to account_patch(). */
void arch_accounting_init(void)
{
    const int32_t *first = __hermit_accounting_start;

    if (first != __hermit_accounting_end)
        ((void (*)(void))((uintptr_t)first + (uintptr_t)(intptr_t)*first))();
}
