/* SPDX-License-Identifier: BSD-3-Clause */
/* Basic types and constants that every part of the kernel uses. */
#ifndef HERMIT_TYPES_H
#define HERMIT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t paddr_t;  /* physical address */
typedef uintptr_t vaddr_t; /* virtual address of the application's half or the image */
typedef long ssize_t;
typedef long off_t;

/*
 * `char __user *p` points into the application's memory. The compiler rejects dereferencing it and
 * converting it to a kernel pointer; hermit/uaccess.h has the accessors. In unit tests on the host
 * it is a plain pointer.
 */
#ifdef HERMIT_UNIT_TEST
#define __user
#else
#define __user __attribute__((noderef, address_space(1)))
#endif

#define PAGE_SHIFT      12
#define PAGE_SIZE       (1UL << PAGE_SHIFT)
#define HUGE_PAGE_SHIFT 21
#define HUGE_PAGE_SIZE  (1UL << HUGE_PAGE_SHIFT)

#define MAX_CPUS 255

#define NSEC_PER_SEC 1000000000ULL
#define TIME_FOREVER UINT64_MAX /* as a deadline, ns: never */
#define USER_HZ      100        /* AT_CLKTCK: ticks of a second in times(2) and /proc */
#define USER_TICK_NS (NSEC_PER_SEC / USER_HZ)

#define ARRAY_SIZE(a)         (sizeof(a) / sizeof((a)[0]))
#define ALIGN_DOWN(x, a)      ((x) & ~((__typeof__(x))(a) - 1))
#define ALIGN_UP(x, a)        ALIGN_DOWN((x) + (__typeof__(x))(a) - 1, a)
#define IS_ALIGNED(x, a)      (((x) & ((__typeof__(x))(a) - 1)) == 0)
#define MIN(a, b)             ((a) < (b) ? (a) : (b))
#define MAX(a, b)             ((a) > (b) ? (a) : (b))
#define container_of(p, t, m) ((t *)(void *)((char *)(p) - offsetof(t, m)))

/* On a declaration: rarely called, optimise for size. */
#define SMALL __attribute__((minsize))

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#endif
