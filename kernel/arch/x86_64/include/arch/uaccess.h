/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Access to the application's memory for leaf system calls: inline checks, and the
 * functions of uaccess_asm.S, which may be tail-called. All other code uses
 * hermit/uaccess.h. No locks.
 */
#ifndef ARCH_UACCESS_H
#define ARCH_UACCESS_H

#include <arch/layout.h>
#include <hermit/uaccess.h>

/* True if [start, start + n), below USER_MAX, holds none of the kernel's data. Most of the
 * application's memory lies above that; the second check is for text and constants. */
static inline bool user_beside_kernel(uintptr_t start, size_t n)
{
    return likely(start >= (uintptr_t)__hermit_data_end) ||
           start + n <= (uintptr_t)__hermit_data_start;
}

/* True if [start, start + n) is the application's, for a small n. */
static inline bool user_small_range_ok(uintptr_t start, size_t n)
{
    return likely(start <= USER_MAX - n) && user_beside_kernel(start, n);
}

/* One word. 0 or −EFAULT. */
long uaccess_load16(uint16_t *value, const uint16_t __user *src);
long uaccess_load32(uint32_t *value, const uint32_t __user *src);
long uaccess_store32(uint32_t __user *dst, uint32_t value);
long uaccess_load64(uint64_t *value, const uint64_t __user *src);
long uaccess_store64(uint64_t __user *dst, uint64_t value);
/* Two words, one after the other: a struct timespec. 0 or −EFAULT. */
long uaccess_store_pair(uint64_t __user *dst, uint64_t first, uint64_t second);
/* Atomic; *old receives what was there. 0 or −EFAULT. */
long uaccess_cmpxchg32(uint32_t __user *dst, uint32_t expected, uint32_t desired, uint32_t *old);

/*
 * 1: the word equals `expected`; 0: it does not; −EFAULT. The callee changes only
 * rax, so a leaf keeps its arguments in their registers.
 */
static inline long uaccess_compare32(const uint32_t __user *src, uint32_t expected)
{
    long result;

    __asm__ volatile("call uaccess_compare32" : "=a"(result) : "D"(src), "d"(expected) : "memory");
    return result;
}

#endif
