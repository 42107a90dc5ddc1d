/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * futex(2): decodes the call; kernel/process/futex.c does the work. No locks here.
 *
 * The call is a leaf if it neither wakes nor sleeps; everything else continues through futex_call
 * (leaf_slow.S) in futex_slow() on the kernel stack.
 */
#include "syscall.h"
#include <arch/uaccess.h>
#include <hermit/futex.h>
#include <hermit/signal_pending.h>
#include <hermit/thread.h>
#include <linux/futex.h>

#include "handlers.h"
#include "timespec.h"

long futex_call(uint32_t __user *uaddr, int op, uint32_t val,
                const struct __kernel_timespec __user *timeout, uint32_t __user *uaddr2,
                uint32_t val3);
long futex_slow(uint32_t __user *uaddr, int op, uint32_t val,
                const struct __kernel_timespec __user *timeout, uint32_t __user *uaddr2,
                uint32_t val3);

static enum futex_scope scope_of(int op)
{
    return op & FUTEX_PRIVATE_FLAG ? FUTEX_SCOPE_PRIVATE : FUTEX_SCOPE_SHARED;
}

/* Restarts an interrupted wait with a timeout, up to the same deadline. */
static long wait_again(struct restart_block *rb)
{
    long err = futex_wait(user_ptr(rb->args[0]), (enum futex_scope)rb->args[1],
                          (uint32_t)rb->args[2], (uint32_t)rb->args[3], rb->args[4]);

    return err == -ERESTARTSYS ? -ERESTART_RESTARTBLOCK : err;
}

static long wait_until(uint32_t __user *uaddr, int op, uint32_t val, uint32_t bitset,
                       uint64_t deadline)
{
    long err = futex_wait(uaddr, scope_of(op), val, bitset, deadline);

    if (err != -ERESTARTSYS || deadline == TIME_FOREVER)
        return err;
    task_thread(current_task())->restart = (struct restart_block){
        wait_again, {user_addr(uaddr), (uint64_t)scope_of(op), val, bitset, deadline}};
    return -ERESTART_RESTARTBLOCK;
}

/* FUTEX_WAIT takes a relative timeout, FUTEX_WAIT_BITSET an absolute time on either clock. */
static int wait_deadline(int op, const struct __kernel_timespec __user *timeout, uint64_t *deadline)
{
    uint64_t ns;

    *deadline = TIME_FOREVER;
    if (timeout == NULL)
        return 0;
    int err = get_user_time(&ns, timeout);
    if (err != 0)
        return err;
    if ((op & FUTEX_CMD_MASK) == FUTEX_WAIT)
        *deadline = time_after(clock_monotonic(), ns);
    else
        *deadline = op & FUTEX_CLOCK_REALTIME ? realtime_to_monotonic(ns) : ns;
    return 0;
}

static long futex_wait_call(uint32_t __user *uaddr, int op, uint32_t val,
                            const struct __kernel_timespec __user *timeout, uint32_t bitset)
{
    uint64_t deadline;
    int err = wait_deadline(op, timeout, &deadline);

    if (err != 0)
        return err;
    return bitset == 0 ? -EINVAL : wait_until(uaddr, op, val, bitset, deadline);
}

/* Linux accepts FUTEX_CLOCK_REALTIME for waits with an absolute timeout only. */
static bool clock_flag_allowed(int op)
{
    switch (op & FUTEX_CMD_MASK) {
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
    case FUTEX_LOCK_PI2:
        return true;
    default:
        return false;
    }
}

/* All operations. Out of line: futex_slow() handles the common ones itself. */
__attribute__((noinline)) static long any_op(uint32_t __user *word, int op, uint32_t val,
                                             const struct __kernel_timespec __user *timeout,
                                             uint32_t __user *word2, uint32_t val3)
{
    int nr = (int)val, nr2 = (int)user_addr(timeout);

    if (op & FUTEX_CLOCK_REALTIME && !clock_flag_allowed(op))
        return -ENOSYS;
    switch (op & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
        return futex_wait_call(word, op, val, timeout, FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAIT_BITSET:
        return futex_wait_call(word, op, val, timeout, val3);
    case FUTEX_WAKE:
        return futex_wake(word, scope_of(op), nr, FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAKE_BITSET:
        return val3 == 0 ? -EINVAL : futex_wake(word, scope_of(op), nr, val3);
    case FUTEX_REQUEUE:
        return futex_requeue(word, word2, scope_of(op), nr, nr2, NULL);
    case FUTEX_CMP_REQUEUE:
        return futex_requeue(word, word2, scope_of(op), nr, nr2, &val3);
    case FUTEX_WAKE_OP:
        return futex_wake_op(word, word2, scope_of(op), nr, nr2, val3);
    default: /* FUTEX_FD was removed; priority inheritance is not implemented */
        return -ENOSYS;
    }
}

long futex_slow(uint32_t __user *uaddr, int op, uint32_t val,
                const struct __kernel_timespec __user *timeout, uint32_t __user *uaddr2,
                uint32_t val3)
{
    if (op == (FUTEX_WAKE | FUTEX_PRIVATE_FLAG))
        return futex_wake(uaddr, FUTEX_SCOPE_PRIVATE, (int)val, FUTEX_BITSET_MATCH_ANY);
    if (op == (FUTEX_WAIT | FUTEX_PRIVATE_FLAG) && timeout == NULL)
        return futex_wait(uaddr, FUTEX_SCOPE_PRIVATE, val, FUTEX_BITSET_MATCH_ANY, TIME_FOREVER);
    return any_op(uaddr, op, val, timeout, uaddr2, val3);
}

/* Index of the word at an address; an unaligned address gives an index that is out of range. */
static inline uintptr_t word_index(uintptr_t uaddr)
{
    return uaddr >> 2 | uaddr << 62;
}

/* True if `uaddr` is aligned and belongs to the application. */
static inline bool word_ok(uintptr_t uaddr)
{
    return word_index(uaddr) <= (USER_MAX - sizeof(uint32_t)) >> 2 &&
           user_beside_kernel(uaddr, sizeof(uint32_t));
}

long sys_futex(uint32_t __user *uaddr, int op, uint32_t val,
               const struct __kernel_timespec __user *timeout, uint32_t __user *uaddr2,
               uint32_t val3)
{
    if (likely(word_ok(user_addr(uaddr)))) {
        if (op == (FUTEX_WAKE | FUTEX_PRIVATE_FLAG)) {
            if (likely(futex_no_waiter(word_index(user_addr(uaddr)))))
                return 0;
        } else if (likely(op == (FUTEX_WAIT | FUTEX_PRIVATE_FLAG)) && likely(timeout == NULL)) {
            if (likely(uaccess_compare32(uaddr, val) == 0))
                return -EAGAIN;
        }
    }
    return futex_call(uaddr, op, val, timeout, uaddr2, val3);
}
