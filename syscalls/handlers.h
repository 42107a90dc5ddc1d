/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prototypes of all system-call handlers, made from table.def: long sys_<name>()
 * with exactly as many long arguments as the row says. Every file of syscalls/
 * includes it, so that a handler which disagrees with its row does not compile.
 */
#ifndef SYSCALLS_HANDLERS_H
#define SYSCALLS_HANDLERS_H

#define SYSCALL_ARGS_0 void
#define SYSCALL_ARGS_1 long a
#define SYSCALL_ARGS_2 SYSCALL_ARGS_1, long b
#define SYSCALL_ARGS_3 SYSCALL_ARGS_2, long c
#define SYSCALL_ARGS_4 SYSCALL_ARGS_3, long d
#define SYSCALL_ARGS_5 SYSCALL_ARGS_4, long e
#define SYSCALL_ARGS_6 SYSCALL_ARGS_5, long f

#define SYSCALL(nr, name, nargs, state, kind, note) long sys_##name(SYSCALL_ARGS_##nargs);
#include "table.def"
#undef SYSCALL

/* __hermit_unmapself(): not a system call of Linux, hence without a row. */
long sys_unmapself(long base, long size);

#endif
