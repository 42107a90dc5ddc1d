/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Services for musl's overlay besides the system calls of syscalls/table.def: what a
 * trap does on Linux and a function call cannot do. Included by libc-glue, by the
 * kernel and by the host shim.
 */
#ifndef HERMIT_LIBC_ABI_H
#define HERMIT_LIBC_ABI_H

#include <stddef.h>

/* System call by number, as syscall(2): result or −errno; −ENOSYS for an unknown number. */
long __hermit_syscall(long nr, long a, long b, long c, long d, long e, long f);

/*
 * Leaves a signal handler. Reached by a jump, not a call, with rsp = address of the
 * struct ucontext that the kernel built: its value once the handler has returned to
 * the restorer.
 */
_Noreturn void __hermit_sigreturn(void);

/* Unmaps the calling thread's stack and ends the thread, on the kernel's stack. */
_Noreturn void __hermit_unmapself(void *base, size_t size);

/*
 * Tells the kernel where the calling thread's cancel request flag is, for the
 * duration of one cancellable call; NULL ends it. While it is set and *cancel is not
 * zero, no interruptible sleep begins and an interrupted call returns −EINTR instead
 * of being restarted, even with SA_RESTART. A call that has already transferred bytes
 * still returns their number.
 */
void __hermit_set_cancel(volatile int *cancel);

#endif
