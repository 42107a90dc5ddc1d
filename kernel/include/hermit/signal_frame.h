/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the signals of kernel/process/ and the architecture, which builds a handler's frame, know of
 * each other: the parts of Linux's ABI that are the same on all processors, the alternate stack,
 * and the two functions of the architecture.
 */
#ifndef HERMIT_SIGNAL_FRAME_H
#define HERMIT_SIGNAL_FRAME_H

#include <arch/frame.h>
#include <hermit/types.h>

#define SIGNAL_MAX 64
typedef uint64_t sigset; /* bit n-1: signal n */
#define SIGBIT(n)           (1UL << ((n) - 1))
#define SIGNALS_UNBLOCKABLE (SIGBIT(9) | SIGBIT(19)) /* SIGKILL, SIGSTOP */

/* The used part of siginfo_t, in the layout of the ABI; the rest of SIGINFO_SIZE bytes is zero. */
struct siginfo_data {
    int32_t signo, err, code, pad;
    uint64_t fields[4]; /* union: si_pid/si_uid/si_value, si_addr, … */
};
#define SIGINFO_SIZE 128

/* Action of a signal; belongs to the process. handler: SIG_DFL 0, SIG_IGN 1, or an address. */
struct signal_action {
    uintptr_t handler;
    uint64_t flags; /* SA_* */
    uintptr_t restorer;
    sigset mask;
};

/* A task's alternate stack; changed by the task itself. */
struct signal_altstack {
    uintptr_t sp;    /* lowest address */
    size_t size;     /* 0: none */
    int flags;       /* SS_* */
    uintptr_t outer; /* stack pointer where a handler last came to it from; for crash reports */
};

/* The current task's. */
struct signal_altstack *signal_altstack(void);

/* The alternate stack as sigaltstack(2) sees it from stack pointer sp. */
bool signal_on_altstack(uintptr_t sp);
/* As sigaltstack(2): 0, −EINVAL, −ENOMEM, −EPERM. */
int signal_set_altstack(uintptr_t base, size_t size, int flags, uintptr_t sp);

/* Of the architecture: builds the signal frame (rt_sigframe as on Linux: siginfo, ucontext, XSAVE
 * area), points `frame` at the handler. 0 or −EFAULT (then SIGSEGV is forced), −ENOMEM. */
int arch_signal_frame_build(struct trap_frame *frame, const struct signal_action *sa,
                            const struct siginfo_data *info, sigset mask);
/* Restores `frame` from the ucontext at `sp` and stores its mask. 0, or −EFAULT, −ENOMEM: the
 * program cannot continue. */
int arch_signal_frame_restore(struct trap_frame *frame, uintptr_t sp, sigset *mask);

#endif
