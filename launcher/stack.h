/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks that do not depend on the caller's `ulimit -s`, which is meant for the program and may be
 * as small as arguments and environment require.
 */
#ifndef LAUNCHER_STACK_H
#define LAUNCHER_STACK_H

/* Calls `function` on a separate stack of fixed size, or on the caller's if there is none. */
void stack_run(void (*function)(void));

/*
 * Raises the limit that QEMU inherits to the usual 8 MiB, or as far as the hard limit allows.
 * Returns 0, or −1 after one line on stderr if that is too little for QEMU.
 */
int stack_raise_limit(void);

#endif
