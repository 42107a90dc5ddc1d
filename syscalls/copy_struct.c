/* SPDX-License-Identifier: BSD-3-Clause */
/* Copies structures of a size that the caller gives. No state, no locks. */
#include "copy_struct.h"

#include "syscall.h"
#include <hermit/string.h>
#include <hermit/uaccess.h>

SMALL long copy_struct_from_user(void *to, size_t known, const void __user *from, size_t size)
{
    memset(to, 0, known);
    if (copy_from_user(to, from, MIN(size, known)) != 0)
        return -EFAULT;
    for (size_t at = known; at < size; at++) {
        char byte;
        if (copy_from_user(&byte, user_ptr(user_addr(from) + at), 1) != 0)
            return -EFAULT;
        if (byte != 0)
            return -E2BIG;
    }
    return 0;
}
