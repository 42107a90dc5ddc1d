/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns the report of a signal that ends the program. Only the first thread reports;
 * others park.
 */
#include "calls.h"

#include <arch/backtrace.h>
#include <hermit/boot_info.h>
#include <hermit/console.h>
#include <hermit/crash.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/task_table.h>
#include <linux/signal.h>
#include <stdatomic.h>

#define TEXT_SIZE 1536

static const char *signal_name(int sig)
{
    switch (sig) {
    case SIGSEGV:
        return "segmentation fault (SIGSEGV)";
    case SIGBUS:
        return "bus error (SIGBUS)";
    case SIGFPE:
        return "arithmetic error (SIGFPE)";
    case SIGILL:
        return "illegal instruction (SIGILL)";
    case SIGABRT:
        return "aborted (SIGABRT)";
    case SIGTRAP:
        return "breakpoint or trace trap (SIGTRAP)";
    case SIGQUIT:
        return "quit (SIGQUIT)";
    case SIGSYS:
        return "bad system call (SIGSYS)";
    default:
        return "resource limit exceeded";
    }
}

/* Describes the address of a fault as far as known. */
static const char *reason(const struct siginfo_data *info)
{
    if (info->signo == SIGSEGV && info->code == SEGV_MAPERR)
        return info->fields[0] < PAGE_SIZE ? ": null pointer, address" : ": nothing mapped at";
    if (info->signo == SIGSEGV && info->code == SEGV_ACCERR)
        return ": access not permitted at";
    if (info->signo == SIGSEGV && info->code == SI_KERNEL)
        return ": non-canonical address or privileged instruction";
    return "";
}

static size_t describe(char *text, const struct trap_frame *frame, const struct siginfo_data *info)
{
    struct task *t = current_task();
    char where[24] = "", name[sizeof(t->name)];
    if (info->code > 0 && info->code != SI_KERNEL && info->signo != SIGABRT)
        ksnprintf(where, sizeof(where), " %#lx", (unsigned long)info->fields[0]);
    task_get_name(t, name);
    int n = ksnprintf(text, TEXT_SIZE, "hermit: %s%s%s in thread %d (%s), CPU %u\n",
                      signal_name(info->signo), reason(info), where, t->tid, name, this_cpu()->id);
    size_t size = MIN((size_t)n, (size_t)TEXT_SIZE - 1);
    return size + arch_registers_print(frame, text + size, TEXT_SIZE - size);
}

void crash_report(const struct trap_frame *frame, int sig, const struct siginfo_data *info)
{
    static _Atomic bool reported;
    static char text[TEXT_SIZE];
    const uint64_t where = frame->rip; /* its callers are the launcher's to find */
    struct siginfo_data what = *info;

    if (atomic_exchange_explicit(&reported, true, memory_order_relaxed))
        task_park();
    what.signo = sig;
    send_calls(frame, text, sizeof(text));
    size_t size = describe(text, frame, &what);
    console_send_crash(boot_info.bias, &where, 1, text, size);
}
