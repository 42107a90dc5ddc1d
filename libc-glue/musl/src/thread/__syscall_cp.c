/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cancellation points of a program that never cancels a thread: ordinary calls.
 * pthread_cancel.c defines the other value. Replaces musl's file of this name; no locks.
 */
#include "pthread_impl.h"
#include "syscall.h"

static const int never = 0;
weak_alias(never, __hermit_cancels);

_Static_assert(__builtin_offsetof(struct pthread, errno_val) == 0x34, "misc/x86_64/syscall.s");
