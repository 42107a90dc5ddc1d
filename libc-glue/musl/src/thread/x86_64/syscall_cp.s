/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a thread goes on that is cancelled asynchronously, instead of where the signal met it: any
 * stack pointer, red zone in use. Never returns. C counterpart: cancel_handler in pthread_cancel.c.
 */
.text
.global __hermit_cancel_now
.hidden __hermit_cancel_now
.hidden __cancel
.type __hermit_cancel_now,@function
__hermit_cancel_now:
    sub $128,%rsp
    and $-16,%rsp
    call __cancel
    ud2
.size __hermit_cancel_now,.-__hermit_cancel_now
