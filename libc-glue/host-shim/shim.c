/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host shim: forwards Hermit's system calls to the host's Linux, so that musl with Hermit's
 * overlay and libomp run as Linux processes. For tests of the toolchain;
 * HERMIT_LINK=host-shim or -Wl,--hermit-host-shim links a program with it.
 *
 * No locks: a thread's cancel pointer is thread-local; the table of handlers is written only by
 * rt_sigaction, before Linux gets the handler, and musl's callers serialise that as on Linux.
 */
#include <hermit/libc_abi.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <ucontext.h>

#define NR_SIGNALS 65

/* struct sigaction in the layout of Linux's system call. */
struct linux_sigaction {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

/* linux.S: the system call; the watched one returns -EINTR without starting if *cancel is set. */
long shim_call(long nr, long a, long b, long c, long d, long e, long f);
long shim_watched_call(volatile int *cancel, long nr, long a, long b, long c, long d, long e,
                       long f);
extern const char shim_watched_begin[], shim_watched_end[], shim_watched_refused[];

/* Before the first cancellable call there may be no thread pointer, so no access to `watched`. */
static bool cancel_used;
static __thread volatile int *volatile watched; /* volatile: not read ahead of cancel_used */
static struct linux_sigaction handlers[NR_SIGNALS];

static long call(long nr, long a, long b, long c, long d, long e, long f)
{
    if (cancel_used && watched != NULL && nr != SYS_close)
        return shim_watched_call(watched, nr, a, b, c, d, e, f);
    return shim_call(nr, a, b, c, d, e, f);
}

void __hermit_set_cancel(volatile int *cancel)
{
    watched = cancel;
    cancel_used = true;
}

long __hermit_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
    return call(nr, a, b, c, d, e, f);
}

/*
 * Calls every handler. Linux would start or restart a call that the signal interrupted just before
 * it began or while it slept; a thread that is to be cancelled must not make that call.
 */
static void run_handler(int number, siginfo_t *info, void *context)
{
    ucontext_t *frame = context;

    handlers[number].handler(number, info, context);
    uintptr_t ip = (uintptr_t)frame->uc_mcontext.gregs[REG_RIP];
    if (watched != NULL && *watched != 0 && ip >= (uintptr_t)shim_watched_begin &&
        ip < (uintptr_t)shim_watched_end)
        frame->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)shim_watched_refused;
}

static bool is_function(void (*handler)(int, siginfo_t *, void *))
{
    return (uintptr_t)handler != (uintptr_t)SIG_DFL && (uintptr_t)handler != (uintptr_t)SIG_IGN;
}

long __hermit_sys_rt_sigaction(long number, long new_action, long old_action, long size)
{
    const struct linux_sigaction *action = (const void *)new_action;
    struct linux_sigaction *old = (void *)old_action;
    struct linux_sigaction wrapped, before;

    if (number < 1 || number >= NR_SIGNALS)
        return -EINVAL;
    before = handlers[number];
    if (action != NULL) {
        wrapped = *action;
        if (is_function(action->handler)) {
            handlers[number] = *action;
            wrapped.handler = run_handler;
        }
    }
    long result = shim_call(SYS_rt_sigaction, number, action != NULL ? (long)&wrapped : 0,
                            old_action, size, 0, 0);
    if (result < 0)
        handlers[number] = before;
    else if (old != NULL && old->handler == run_handler)
        old->handler = before.handler;
    return result;
}

#define PARAMS_0 void
#define PARAMS_1 long a
#define PARAMS_2 PARAMS_1, long b
#define PARAMS_3 PARAMS_2, long c
#define PARAMS_4 PARAMS_3, long d
#define PARAMS_5 PARAMS_4, long e
#define PARAMS_6 PARAMS_5, long f
#define ARGS_0   0, 0, 0, 0, 0, 0
#define ARGS_1   a, 0, 0, 0, 0, 0
#define ARGS_2   a, b, 0, 0, 0, 0
#define ARGS_3   a, b, c, 0, 0, 0
#define ARGS_4   a, b, c, d, 0, 0
#define ARGS_5   a, b, c, d, e, 0
#define ARGS_6   a, b, c, d, e, f

/* A function for each call except those written by hand: rt_sigaction above, clone in linux.S. */
#define HERMIT_CALL(nr, name, nargs)                                                               \
    long __hermit_sys_##name(PARAMS_##nargs);                                                      \
    long __hermit_sys_##name(PARAMS_##nargs)                                                       \
    {                                                                                              \
        return call(nr, ARGS_##nargs);                                                             \
    }
#define __hermit_sys_rt_sigaction shim_unused_rt_sigaction
#define __hermit_sys_clone        shim_unused_clone
#include "hermit_calls.h"
