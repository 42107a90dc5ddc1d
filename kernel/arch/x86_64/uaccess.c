/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Access to the application's memory: range checks around the instructions of
 * uaccess_asm.S. Takes no locks itself; page faults in between may take mm.lock.
 */
#include "traps.h"
#include <arch/layout.h>
#include <arch/trap.h>
#include <arch/uaccess.h>
#include <asm/signal.h>
#include <hermit/entry.h>
#include <hermit/lockdep.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>

/* One of dst and src is kernel memory. */
size_t uaccess_copy(uintptr_t dst, uintptr_t src, size_t n);
size_t uaccess_clear(void __user *dst, size_t n);
ssize_t uaccess_string(char *dst, const char __user *src, size_t n);

/* Offsets from the table itself, so that it needs no relocation. */
struct fixup {
    int32_t from, to;
};
extern const struct fixup uaccess_table[] __attribute__((visibility("hidden")));
extern const struct fixup uaccess_table_end[] __attribute__((visibility("hidden")));

uintptr_t uaccess_fixup(uintptr_t rip)
{
    uintptr_t base = (uintptr_t)uaccess_table;
    for (const struct fixup *f = uaccess_table; f < uaccess_table_end; f++)
        if (base + (uintptr_t)(intptr_t)f->from == rip)
            return base + (uintptr_t)(intptr_t)f->to;
    return 0;
}

static inline bool range_ok(const void __user *p, size_t n)
{
    uintptr_t start = user_addr(p), last;
    if (unlikely(__builtin_sub_overflow(USER_MAX, n, &last) || start > last))
        return false;
    return user_beside_kernel(start, n);
}

bool user_range_ok(const void __user *p, size_t n)
{
    return range_ok(p, n);
}

size_t copy_from_user_partial(void *dst, const void __user *src, size_t n)
{
    might_fault();
    return likely(range_ok(src, n)) ? uaccess_copy((uintptr_t)dst, user_addr(src), n) : n;
}

size_t copy_to_user_partial(void __user *dst, const void *src, size_t n)
{
    might_fault();
    return likely(range_ok(dst, n)) ? uaccess_copy(user_addr(dst), (uintptr_t)src, n) : n;
}

int copy_from_user(void *dst, const void __user *src, size_t n)
{
    return copy_from_user_partial(dst, src, n) == 0 ? 0 : -EFAULT;
}

int copy_to_user(void __user *dst, const void *src, size_t n)
{
    return copy_to_user_partial(dst, src, n) == 0 ? 0 : -EFAULT;
}

int clear_user(void __user *dst, size_t n)
{
    might_fault();
    return range_ok(dst, n) && uaccess_clear(dst, n) == 0 ? 0 : -EFAULT;
}

/* Upper bound of the application's memory that starts at p. */
static uintptr_t limit_above(uintptr_t p)
{
    return p < (uintptr_t)__hermit_data_start ? (uintptr_t)__hermit_data_start : USER_MAX;
}

ssize_t copy_string_from_user(char *dst, const char __user *src, size_t size)
{
    might_fault();
    if (!range_ok(src, 0))
        return -EFAULT;
    size_t room = limit_above(user_addr(src)) - user_addr(src);
    size_t most = MIN(size, room);
    ssize_t n = uaccess_string(dst, src, most);
    if (n < 0)
        return -EFAULT;
    if ((size_t)n < most)
        return n;
    return most < size ? -EFAULT : -ENAMETOOLONG;
}

int get_user_u32(uint32_t *value, const uint32_t __user *src)
{
    might_fault();
    if (unlikely(!user_small_range_ok(user_addr(src), sizeof(*src))))
        return -EFAULT;
    return (int)uaccess_load32(value, src);
}

int put_user_u32(uint32_t __user *dst, uint32_t value)
{
    might_fault();
    if (unlikely(!user_small_range_ok(user_addr(dst), sizeof(*dst))))
        return -EFAULT;
    return (int)uaccess_store32(dst, value);
}

int get_user_u64(uint64_t *value, const uint64_t __user *src)
{
    might_fault();
    if (unlikely(!user_small_range_ok(user_addr(src), sizeof(*src))))
        return -EFAULT;
    return (int)uaccess_load64(value, src);
}

int put_user_u64(uint64_t __user *dst, uint64_t value)
{
    might_fault();
    if (unlikely(!user_small_range_ok(user_addr(dst), sizeof(*dst))))
        return -EFAULT;
    return (int)uaccess_store64(dst, value);
}

void user_nofault_begin(void)
{
    current_task()->flags |= TASK_NOFAULT;
}

void user_nofault_end(void)
{
    current_task()->flags &= ~(uint32_t)TASK_NOFAULT;
}

int get_user_u32_nofault(uint32_t *value, const uint32_t __user *src)
{
    struct task *t = current_task();
    if (!user_small_range_ok(user_addr(src), sizeof(*src)))
        return -EFAULT;
    t->flags |= TASK_NOFAULT;
    long err = uaccess_load32(value, src);
    t->flags &= ~(uint32_t)TASK_NOFAULT;
    return (int)err;
}

int cmpxchg_user_u32_nofault(uint32_t __user *dst, uint32_t expected, uint32_t desired,
                             uint32_t *old)
{
    struct task *t = current_task();
    if (!user_small_range_ok(user_addr(dst), sizeof(*dst)))
        return -EFAULT;
    t->flags |= TASK_NOFAULT;
    long err = uaccess_cmpxchg32(dst, expected, desired, old);
    t->flags &= ~(uint32_t)TASK_NOFAULT;
    return (int)err;
}

int fault_in_user(const void __user *p, bool write)
{
    might_fault();
    int code;
    if (!range_ok(p, 1))
        return -EFAULT;
    int err = vm_fault(user_addr(p), write ? FAULT_WRITE : 0, &code);
    if (err < 0)
        vm_out_of_memory();
    return err == 0 ? 0 : -EFAULT;
}
