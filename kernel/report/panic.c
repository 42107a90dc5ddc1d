/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ends a kernel that has detected a fault of its own. Takes no locks: the other cores
 * are stopped.
 */
#include "calls.h"

#include <arch/backtrace.h>
#include <arch/init.h>
#include <arch/task.h>
#include <asm/signal.h>
#include <hermit/boot_info.h>
#include <hermit/chaos.h>
#include <hermit/console.h>
#include <hermit/irq.h>
#include <hermit/klog.h>
#include <hermit/kstack.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/string.h>
#include <hermit/task.h>
#include <stdatomic.h>

#define FRAMES_MAX 32
#define TEXT_SIZE  1536

static _Atomic unsigned panicking; /* id + 1 of the core that panics; 0: none */

/*
 * The first core that panics stops all others. A second panic on that core is reported
 * on the serial port without formatting, which may be what broke, and resets the
 * machine.
 */
static void stop_everything(const char *what)
{
    arch_irq_disable();
    unsigned first = 0, self = this_cpu()->id + 1;
    if (!atomic_compare_exchange_strong_explicit(&panicking, &first, self, memory_order_relaxed,
                                                 memory_order_relaxed)) {
        if (first != self)
            arch_halt_forever();
        early_serial_write("hermit: panic while panicking: ", 31);
        early_serial_write(what, strlen(what));
        early_serial_write("\n", 1);
        arch_reset();
    }
    ipi_stop_others();
    console_panic_mode();
}

static size_t put_line(char *text, const char *what)
{
    const struct task *t = current_task();
    int n = ksnprintf(text, TEXT_SIZE, "hermit: kernel panic: %s (CPU %u, task %d)\n", what,
                      this_cpu()->id, t != NULL ? t->tid : 0);
    size_t size = MIN((size_t)n, (size_t)TEXT_SIZE - 1);
    return size + chaos_report(text + size, TEXT_SIZE - size);
}

/* For a panic in a call or a trap: how the program came there. */
static void send_program(char *buffer)
{
    struct task *t = current_task();
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (t != NULL && !(t->flags & TASK_KERNEL) && t->kstack_top - here < KSTACK_SIZE)
        send_calls(arch_task_frame(t), buffer, TEXT_SIZE);
}

static _Noreturn void end(const uint64_t *frames, size_t nr_frames, const char *text, size_t size)
{
    console_send_crash(boot_info.bias, frames, nr_frames, text, size);
    console_exit(0, SIGABRT);
}

void panic(const char *fmt, ...)
{
    static char what[256], text[TEXT_SIZE]; /* not on a stack that may be broken */
    static uint64_t frames[FRAMES_MAX];
    __builtin_va_list ap;

    stop_everything(fmt);
    send_program(text);
    __builtin_va_start(ap, fmt);
    kvsnprintf(what, sizeof(what), fmt, ap);
    __builtin_va_end(ap);
    size_t size = put_line(text, what);
    end(frames, arch_backtrace_here(frames, FRAMES_MAX), text, size);
}

void panic_trap(const struct trap_frame *frame, const char *what, uintptr_t addr)
{
    static char line[128], text[TEXT_SIZE];
    static uint64_t frames[FRAMES_MAX];

    stop_everything(what);
    send_program(text);
    ksnprintf(line, sizeof(line), "%s, address %#lx", what, addr);
    size_t size = put_line(text, line);
    size += arch_registers_print(frame, text + size, TEXT_SIZE - size);
    end(frames, arch_backtrace(frame, frames, FRAMES_MAX), text, size);
}

/* Called by functions whose stack protector was overwritten. */
_Noreturn void __stack_chk_fail(void);
void __stack_chk_fail(void)
{
    panic("a kernel function wrote beyond its stack frame");
}
