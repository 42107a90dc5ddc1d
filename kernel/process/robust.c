/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Robust futexes at the end of a thread (get_robust_list(2)): those it still holds are
 * marked FUTEX_OWNER_DIED. The list is the application's memory: nothing in it is
 * trusted, a fault ends the walk. No locks.
 */
#include <hermit/futex.h>
#include <hermit/thread.h>
#include <hermit/uaccess.h>
#include <linux/futex.h>

struct robust_entry {
    uint64_t next; /* bit 0: a priority-inheritance futex */
};

/* Marks one futex if the thread owns it. Not 0: bad address, end the walk. */
static int mark_dead(const struct task *t, uint32_t __user *uaddr, bool pending)
{
    uint32_t value, old;

    if (user_addr(uaddr) % sizeof(*uaddr) != 0)
        return -1;
    int err = get_user_u32(&value, uaddr);
    if (err != 0)
        return err;
    if (pending && value == 0) /* it was unlocking: a waiter may wait for a wake that never comes */
        return futex_wake(uaddr, FUTEX_SCOPE_SHARED, 1, ~0U) < 0;
    while ((value & FUTEX_TID_MASK) == (uint32_t)t->tid) {
        uint32_t dead = (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
        if (fault_in_user(uaddr, true) != 0)
            return -1;
        if (cmpxchg_user_u32_nofault(uaddr, value, dead, &old) != 0)
            continue;
        if (old == value) {
            if (value & FUTEX_WAITERS)
                futex_wake(uaddr, FUTEX_SCOPE_SHARED, 1, ~0U);
            return 0;
        }
        value = old;
    }
    return 0;
}

static uint32_t __user *futex_of(uint64_t entry, long offset)
{
    return user_ptr((entry & ~1UL) + (uint64_t)offset);
}

void futex_exit_robust(struct task *t)
{
    const struct robust_list_head __user *user = task_thread(t)->robust_list;
    struct robust_list_head head;
    struct robust_entry entry;

    task_thread(t)->robust_list = NULL;
    if (copy_from_user(&head, user, sizeof(head)) != 0)
        return;
    uint64_t pending = (uint64_t)head.list_op_pending;
    entry.next = (uint64_t)head.list.next;
    for (unsigned n = 0; n < ROBUST_LIST_LIMIT; n++) {
        uint64_t at = entry.next;
        if ((at & ~1UL) == user_addr(&user->list))
            break;
        if (get_user_u64(&entry.next, user_ptr(at & ~1UL)) != 0)
            return;
        if (at != pending && mark_dead(t, futex_of(at, head.futex_offset), false) != 0)
            return;
    }
    if (pending != 0)
        mark_dead(t, futex_of(pending, head.futex_offset), true);
}
