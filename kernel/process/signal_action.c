/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Installs and enters handlers; linked only into programs that install one. Actions are
 * under signal.lock.
 */
#include <arch/trap.h>
#include <hermit/atomic.h>
#include <linux/errno.h>
#include <linux/signal.h>

#include "signal_internal.h"

/* A handler will run: sets what the interrupted call returns, or restarts it afterwards. */
static void settle_call(struct trap_frame *frame, uint64_t flags)
{
    if (!frame_is_call(frame))
        return;
    bool again = false;
    switch (-frame_result(frame)) {
    case ERESTARTNOINTR:
        again = true;
        break;
    case ERESTARTSYS:
        again = flags & SA_RESTART;
        break;
    case ERESTARTNOHAND:
    case ERESTART_RESTARTBLOCK:
        break;
    default: /* was not interrupted */
        arch_frame_complete(frame);
        return;
    }
    if (again && !signal_cancel_requested(current_task())) {
        arch_restart_call(frame, NULL);
    } else {
        frame_set_result(frame, -EINTR);
        arch_frame_complete(frame);
    }
}

static void enter_handler(struct trap_frame *frame, const struct signal_action *sa,
                          const struct siginfo_data *info)
{
    struct task_signals *ts = task_signals(current_task());
    sigset old = ts->restore_mask ? ts->saved_mask : load_relaxed(&ts->blocked);

    settle_call(frame, sa->flags);
    if (arch_signal_frame_build(frame, sa, info, old) != 0) {
        bool again =
            info->signo == SIGSEGV; /* its handler cannot run: the report names the cause */
        signal_force(SIGSEGV, again ? info->code : SI_KERNEL, again ? info->fields[0] : 0, again);
        return;
    }
    ts->restore_mask = false;
    signal_set_mask(load_relaxed(&ts->blocked) | sa->mask |
                    (sa->flags & SA_NODEFER ? 0 : SIGBIT(info->signo)));
}

void signal_set_action(int sig, const struct signal_action *set, struct signal_action *old)
{
    struct process_signals *ps = &process_signals;
    unsigned long irq = spin_lock(&ps->lock);
    if (old != NULL)
        *old = ps->actions[sig - 1];
    if (set != NULL) {
        ps->enter_handler = enter_handler;
        ps->actions[sig - 1] = *set;
        ps->actions[sig - 1].mask &= ~SIGNALS_UNBLOCKABLE;
    }
    spin_unlock(&ps->lock, irq);

    bool ignored =
        set != NULL &&
        (set->handler == (uintptr_t)SIG_IGN ||
         (set->handler == (uintptr_t)SIG_DFL && signal_default_action(sig) == ACTION_IGNORE));
    if (ignored)
        signal_discard(sig);
}

struct signal_altstack *signal_altstack(void)
{
    return &task_signals(current_task())->altstack;
}

bool signal_on_altstack(uintptr_t sp)
{
    const struct signal_altstack *alt = signal_altstack();
    return !(alt->flags & (int)SS_AUTODISARM) && sp > alt->sp && sp - alt->sp <= alt->size;
}

int signal_set_altstack(uintptr_t base, size_t size, int flags, uintptr_t sp)
{
    struct signal_altstack *alt = signal_altstack();
    int mode = flags & ~(int)SS_AUTODISARM;
    if (signal_on_altstack(sp))
        return -EPERM;
    if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
        return -EINVAL;
    if (mode != SS_DISABLE && size < MINSIGSTKSZ)
        return -ENOMEM;
    alt->sp = mode == SS_DISABLE ? 0 : base;
    alt->size = mode == SS_DISABLE ? 0 : size;
    alt->flags = flags;
    return 0;
}
