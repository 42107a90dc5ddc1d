/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: services of hermit/libc_abi.h that are not Linux system calls. No locks. */
#include "syscall.h"
#include <hermit/libc_abi.h>
#include <hermit/thread.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>

#include "handlers.h"

long sys_unmapself(unsigned long base, size_t size)
{
    (void)vm_unmap(base, size); /* a bad range is the C library's bug: ignore it and exit */
    task_exit(0);
}

void __hermit_set_cancel(volatile int *cancel)
{
    current_task()->cancel = user_ptr((uintptr_t)cancel);
}
