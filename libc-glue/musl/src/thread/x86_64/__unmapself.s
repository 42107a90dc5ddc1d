/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * void __unmapself(void *base, size_t size): a thread cannot unmap the stack that it runs on, which
 * the kernel may still use for the call; the kernel's function unmaps and exits. Never returns.
 */
.text
.global __unmapself
.type __unmapself,@function
__unmapself:
    jmp __hermit_unmapself
.size __unmapself,.-__unmapself
