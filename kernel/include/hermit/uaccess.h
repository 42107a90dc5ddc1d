/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The only access to the application's memory. Every function checks the range (the
 * application's half, not the kernel's data, not the kernel's text for writing) and
 * returns −EFAULT after any fault. They may sleep (a fault may wait for the address
 * space's lock); the _nofault forms do not and may be used under spin locks.
 */
#ifndef HERMIT_UACCESS_H
#define HERMIT_UACCESS_H

#include <hermit/types.h>

/* Convert an address to a pointer to the application's memory, and back; the only such conversions.
 * Any value is allowed; do arithmetic that may leave an object on addresses. */
static inline void __user *user_ptr(uintptr_t address)
{
    return (void __user *)address;
}

static inline uintptr_t user_addr(const void __user *p)
{
    return (uintptr_t)p;
}

/* True if [p, p + n) is in the application's range of addresses. n may be 0. */
bool user_range_ok(const void __user *p, size_t n);

/* 0 or −EFAULT; after −EFAULT some of the bytes may have been copied. */
int copy_from_user(void *dst, const void __user *src, size_t n);
int copy_to_user(void __user *dst, const void *src, size_t n);
int clear_user(void __user *dst, size_t n);

/* Bytes that could NOT be copied: for read and write, which transfer what they can. */
size_t copy_from_user_partial(void *dst, const void __user *src, size_t n);
size_t copy_to_user_partial(void __user *dst, const void *src, size_t n);

/* Copies a string with its NUL. Its length without the NUL, −EFAULT, or −ENAMETOOLONG: does not fit
 * in `size` bytes. */
ssize_t copy_string_from_user(char *dst, const char __user *src, size_t size);

/* Single words, fast. 0 or −EFAULT. */
int get_user_u32(uint32_t *value, const uint32_t __user *src);
int put_user_u32(uint32_t __user *dst, uint32_t value);
int get_user_u64(uint64_t *value, const uint64_t __user *src);
int put_user_u64(uint64_t __user *dst, uint64_t value);

/*
 * Between these calls a copy whose page is not present fails at once instead of
 * sleeping, so it may be done under object locks. Not nested.
 */
void user_nofault_begin(void);
void user_nofault_end(void);

int get_user_u32_nofault(uint32_t *value, const uint32_t __user *src);
/* Atomic compare and exchange for futex operations; *old receives the old value. 0 or −EFAULT. Does
 * not sleep. */
int cmpxchg_user_u32_nofault(uint32_t __user *dst, uint32_t expected, uint32_t desired,
                             uint32_t *old);
/* Makes the page of `p` present, and writable for `write`, for a _nofault access after it. 0 or
 * −EFAULT. May sleep. */
int fault_in_user(const void __user *p, bool write);

#endif
