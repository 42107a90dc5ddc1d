/* SPDX-License-Identifier: BSD-3-Clause */
/* The sleep of every blocking file; see hermit/channel.h. */
#include <hermit/channel.h>
#include <hermit/chaos.h>

/* Never inline: callers that need not wait must not pay for the waiter, which has no array. Flat:
 * what it calls with constants costs a quarter less. */
__attribute__((noinline, flatten, no_stack_protector)) int
wait_unlocked(struct mutex *lock, struct wait_queue *wq, uint64_t deadline)
{
    struct waiter w;
    wait_begin(wq, &w, WAIT_INTERRUPTIBLE);
    mutex_unlock(lock);
    chaos_point("wait_unlocked");
    int err = wait_sleep(deadline);
    wait_end(wq, &w);
    chaos_point("wait_relock");
    mutex_lock(lock);
    return err == -EINTR ? -ERESTARTSYS : err;
}

__attribute__((noinline)) int wait_unlocked_irq(struct spinlock *lock, unsigned long *irq,
                                                struct wait_queue *wq, uint64_t deadline)
{
    struct waiter w;
    wait_begin(wq, &w, WAIT_INTERRUPTIBLE);
    spin_unlock(lock, *irq);
    int err = wait_sleep(deadline);
    wait_end(wq, &w);
    *irq = spin_lock(lock);
    return err == -EINTR ? -ERESTARTSYS : err;
}
