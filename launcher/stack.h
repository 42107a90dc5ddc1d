/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks that do not depend on the caller's `ulimit -s`, which may be as little as the kernel takes
 * for arguments and environment, and is meant for the program.
 */
#ifndef LAUNCHER_STACK_H
#define LAUNCHER_STACK_H

/* Calls `function` on a stack of the launcher's own, and returns when it has. */
void stack_run(void (*function)(void));

/*
 * Raises the limit that QEMU inherits to what programs are used to, or as far as the hard limit
 * allows. Returns 0, or −1 after one line on stderr: that is too little for QEMU.
 */
int stack_raise_limit(void);

#endif
