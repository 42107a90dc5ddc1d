/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An asynchronously cancelled thread continues here instead of at the interrupted instruction: rsp
 * may be unaligned, the red zone in use. Never returns. C counterpart: cancel_handler in
 * pthread_cancel.c.
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
