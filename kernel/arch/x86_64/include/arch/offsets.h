/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Offsets and numbers that the assembler files and the launcher (trace.c) share with C; traps.c
 * asserts them.
 */
#ifndef ARCH_OFFSETS_H
#define ARCH_OFFSETS_H

#define CPU_CURRENT    0x08 /* struct cpu */
#define CPU_KSTACK_TOP 0x10
#define TASK_WORK      0x00 /* struct task */
#define TASK_TID       0x68

#define RFLAGS_ALWAYS 0x002 /* reads as one */
#define RFLAGS_TF     0x100
#define RFLAGS_IF     0x200
#define RFLAGS_ODD    0x257500 /* TF DF IOPL NT RF AC ID: all clear on a regular call */
#define RFLAGS_SUMS   0x8d5    /* CF PF AF ZF SF OF */
#define RFLAGS_ALL    0x3f7fd7 /* the others read as zero */

/* Kernel-internal results of an interrupted call; never reach the application. Linux's values. */
#define ERESTARTSYS           512 /* restart if SA_RESTART or no handler */
#define ERESTARTNOINTR        513 /* always restart */
#define ERESTARTNOHAND        514 /* restart only if no handler ran */
#define ERESTART_RESTARTBLOCK 516 /* call restart.fn of hermit/thread.h if no handler ran */
#define ERESTART_FIRST        ERESTARTSYS
#define ERESTART_LAST         ERESTART_RESTARTBLOCK

#define KSTACK_BYTES  16384 /* KSTACK_SIZE (hermit/kstack.h) */
#define KSTACK_MARGIN 1024  /* fewer bytes left on a trap: kernel stack overrun */

#endif
