/* SPDX-License-Identifier: BSD-3-Clause */
/* The signal mask that a call such as ppoll(2) brings with it. */
#ifndef SYSCALLS_CALL_MASK_H
#define SYSCALLS_CALL_MASK_H

#include <hermit/signal.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>

/* Sets the mask for the running call, see signal_set_call_mask(); NULL: none. 0, −EINVAL (size),
 * −EFAULT. */
static inline int set_call_mask(const uint64_t __user *user, size_t size)
{
    uint64_t mask;
    if (user == NULL)
        return 0;
    if (size != sizeof(mask))
        return -EINVAL;
    if (get_user_u64(&mask, user) != 0)
        return -EFAULT;
    signal_set_call_mask(mask);
    return 0;
}

#endif
