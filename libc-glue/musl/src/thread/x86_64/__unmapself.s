/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * void __unmapself(void *base, size_t size): a thread cannot unmap the stack that it runs on, and
 * the kernel may still be using it for the call; the kernel does both there. Never returns.
 */
.text
.global __unmapself
.type __unmapself,@function
__unmapself:
    jmp __hermit_unmapself
.size __unmapself,.-__unmapself
