/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Services that musl's overlay reaches besides the system calls of
 * syscalls/table.def: whatever Linux does by the shape of a trap and a function
 * call cannot. Included by libc-glue, by the kernel and by the host shim.
 */
#ifndef HERMIT_LIBC_ABI_H
#define HERMIT_LIBC_ABI_H

#include <stddef.h>

/* System call by number, as syscall(2): result or −errno; −ENOSYS for an unknown number. */
long __hermit_syscall(long nr, long a, long b, long c, long d, long e, long f);

/*
 * Leaves a signal handler. Not called but jumped to, with rsp = address of the
 * struct ucontext that the kernel built, which is where rsp stands once the
 * handler has returned to the restorer.
 */
_Noreturn void __hermit_sigreturn(void);

/* Unmaps the calling thread's stack and ends the thread, on the kernel's stack. */
_Noreturn void __hermit_unmapself(void *base, size_t size);

/*
 * Tells the kernel where the calling thread's cancel request flag is, for the
 * length of one cancellable call; NULL ends it. While it is set and *cancel is
 * not zero no interruptible sleep begins and an interrupted call is not
 * restarted, whatever SA_RESTART says: it returns −EINTR. A call that has
 * already transferred something still returns what it transferred.
 */
void __hermit_set_cancel(volatile int *cancel);

#endif
