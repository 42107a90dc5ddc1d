/* SPDX-License-Identifier: BSD-3-Clause */
/* Structures that later kernels make longer, and whose size the caller gives. */
#ifndef SYSCALLS_COPY_STRUCT_H
#define SYSCALLS_COPY_STRUCT_H

#include <hermit/types.h>

/* Copies `size` bytes into a structure of `known` bytes. What the caller left out is zero; what is
 * not known must be zero: else −E2BIG. 0 or −EFAULT. The caller has bounded `size`. */
SMALL long copy_struct_from_user(void *to, size_t known, const void __user *from, size_t size);

#endif
