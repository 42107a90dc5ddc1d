/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The cancellation hooks of a program that never cancels a thread: nothing to do around a call.
 * pthread_cancel.c has the real ones. Takes the place of musl's file of this name; no locks.
 */
#include "syscall.h"

static int enter_nothing(long nr)
{
    return 0;
}

static long leave_nothing(int entered, long nr, long result)
{
    return result;
}

weak_alias(enter_nothing, __hermit_cp_enter);
weak_alias(leave_nothing, __hermit_cp_leave);
