/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: system calls for signal actions, masks and the alternate stack. Takes signal.lock through
 * hermit/signal.h. */
#include "syscall.h"
#include <arch/trap.h>
#include <hermit/atomic.h>
#include <hermit/entry.h>
#include <hermit/signal.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <linux/signal.h>

#include "handlers.h"

/* Supported flags; others read back as 0, as on Linux. */
#define ACTION_FLAGS                                                                               \
    (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER |             \
     SA_RESETHAND | SA_EXPOSE_TAGBITS | SA_RESTORER)

_Static_assert(sizeof(struct sigaction) == sizeof(struct signal_action) &&
                   offsetof(struct sigaction, sa_mask) == offsetof(struct signal_action, mask),
               "one layout serves both sides");

long sys_rt_sigaction(int sig, const struct sigaction __user *act, struct sigaction __user *oact,
                      size_t size)
{
    struct signal_action new = {0}, old;
    if (size != sizeof(sigset))
        return -EINVAL;
    if (act != NULL && copy_from_user(&new, act, sizeof(new)) != 0)
        return -EFAULT;
    if (sig < 1 || sig > SIGNAL_MAX || (act != NULL && SIGBIT((unsigned)sig) & SIGNALS_UNBLOCKABLE))
        return -EINVAL;
    new.flags &= ACTION_FLAGS;
    signal_set_action(sig, act != NULL ? &new : NULL, &old);
    return oact != NULL ? copy_to_user(oact, &old, sizeof(old)) : 0;
}

long sys_rt_sigprocmask(int how, const uint64_t __user *set, uint64_t __user *oset, size_t size)
{
    sigset old = load_relaxed(&task_signals(current_task())->blocked), mask;
    if (size != sizeof(sigset))
        return -EINVAL;
    if (set != NULL) {
        if (get_user_u64(&mask, set) != 0)
            return -EFAULT;
        switch (how) {
        case SIG_BLOCK:
            signal_set_mask(old | mask);
            break;
        case SIG_UNBLOCK:
            signal_set_mask(old & ~mask);
            break;
        case SIG_SETMASK:
            signal_set_mask(mask);
            break;
        default:
            return -EINVAL;
        }
    }
    return oset != NULL ? put_user_u64(oset, old) : 0;
}

long sys_rt_sigpending(uint64_t __user *set, size_t size)
{
    sigset pending = signal_pending_set() & load_relaxed(&task_signals(current_task())->blocked);
    if (size > sizeof(pending))
        return -EINVAL;
    return copy_to_user(set, &pending, size);
}

/* Ends a signal handler: resumes at the ucontext, or raises SIGSEGV if it is not valid. */
long sys_rt_sigreturn(void)
{
    struct trap_frame *frame = syscall_frame();
    sigset mask;
    if (arch_signal_frame_restore(frame, frame_stack(frame), &mask) == 0) {
        signal_set_mask(mask);
    } else {
        arch_frame_complete(frame);
        signal_fault(frame, SIGSEGV, SI_KERNEL, 0);
    }
    arch_full_exit(frame);
}

static void altstack_read(stack_t *ss, uintptr_t sp)
{
    const struct signal_altstack *alt = signal_altstack();
    *ss = (stack_t){
        .ss_sp = (void *)alt->sp,
        .ss_size = alt->size,
        .ss_flags = (alt->size == 0           ? SS_DISABLE
                     : signal_on_altstack(sp) ? SS_ONSTACK
                                              : 0) |
                    (alt->flags & (int)SS_FLAG_BITS),
    };
}

long sys_sigaltstack(const struct sigaltstack __user *ss, struct sigaltstack __user *old_ss)
{
    uintptr_t sp = frame_stack(syscall_frame());
    stack_t new, old;
    altstack_read(&old, sp);
    if (ss != NULL) {
        if (copy_from_user(&new, ss, sizeof(new)) != 0)
            return -EFAULT;
        int err = signal_set_altstack((uintptr_t)new.ss_sp, new.ss_size, new.ss_flags, sp);
        if (err != 0)
            return err;
    }
    return old_ss != NULL ? copy_to_user(old_ss, &old, sizeof(old)) : 0;
}
