/* SPDX-License-Identifier: BSD-3-Clause */
/* arch_prctl(2), personality(2), getrandom(2). No locks. */
#include "syscall.h"
#include <arch/layout.h>
#include <arch/task.h>
#include <asm/prctl.h>
#include <hermit/random.h>
#include <hermit/sched.h>
#include <hermit/signal_pending.h>
#include <hermit/uaccess.h>
#include <linux/personality.h>
#include <linux/random.h>

#include "handlers.h"

#define CHUNK 256

long sys_arch_prctl(int code, unsigned long address)
{
    switch (code) {
    case ARCH_SET_FS:
        if (address >= USER_MAX)
            return -EPERM;
        arch_set_thread_pointer(address);
        return 0;
    case ARCH_GET_FS:
        return put_user_u64(user_ptr(address), arch_get_thread_pointer());
    default:
        return -EINVAL;
    }
}

long sys_personality(unsigned persona)
{
    if (persona != 0xffffffff && persona != PER_LINUX)
        return -EINVAL;
    return PER_LINUX;
}

long sys_getrandom(char __user *buf, size_t size, unsigned flags)
{
    char chunk[CHUNK];
    size_t done = 0, wanted = MIN(size, (size_t)0x1ffffff);
    long err = 0;

    if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE) ||
        (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
        return -EINVAL;
    while (done < wanted) {
        size_t n = MIN(wanted - done, sizeof(chunk));
        random_fill(chunk, n);
        err = copy_to_user(user_ptr(user_addr(buf) + done), chunk, n);
        if (err != 0)
            break;
        done += n;
        if (done < wanted && (cond_resched() || signal_pending()))
            break;
    }
    __builtin_memset(chunk, 0, sizeof(chunk));
    __asm__ volatile("" ::"r"(chunk) : "memory"); /* keeps the memset */
    return done != 0 ? (long)done : err;
}
