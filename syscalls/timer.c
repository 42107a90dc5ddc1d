/* SPDX-License-Identifier: BSD-3-Clause */
/* POSIX timers: timer_create(2) etc. kernel/process/signal_timer.c owns timers and locks. */
#include "syscall.h"
#include <hermit/signal_timer.h>
#include <hermit/task_table.h>
#include <linux/signal.h>

#include "clock_id.h"
#include "handlers.h"
#include "timer_setting.h"

/* The part of struct sigevent that the kernel reads. */
struct timer_event {
    uint64_t value; /* sigev_value */
    int32_t signo, notify, thread;
};

_Static_assert(offsetof(struct timer_event, thread) == offsetof(struct sigevent, _sigev_un),
               "Linux's layout");

/* Finds the clock; for a thread's clock, *task gets a reference. 0, −EINVAL, −EOPNOTSUPP. */
static int find_clock(int id, enum clock_timer_clock *clock, struct task **task)
{
    struct cpu_clock c;

    switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_TAI:
        *clock = CLOCK_TIMER_REALTIME;
        return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
        *clock = CLOCK_TIMER_MONOTONIC;
        return 0;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_REALTIME_ALARM: /* the machine has no alarm to wake it from suspend */
    case CLOCK_BOOTTIME_ALARM:
        return -EOPNOTSUPP;
    default:
        break;
    }
    if (!cpu_clock_decode(id, &c))
        return -EINVAL;
    *clock = c.thread ? CLOCK_TIMER_THREAD : CLOCK_TIMER_PROCESS;
    *task = c.thread ? task_find(c.tid) : NULL;
    return c.thread && *task == NULL ? -EINVAL : 0;
}

/* Checks the event; for SIGEV_THREAD_ID, *target gets a reference. 0, −EINVAL. */
static int find_target(const struct timer_event *event, struct task **target)
{
    if ((event->notify & ~SIGEV_THREAD_ID) > SIGEV_THREAD || event->notify < 0 ||
        event->notify == (SIGEV_NONE | SIGEV_THREAD_ID) ||
        event->notify == (SIGEV_THREAD | SIGEV_THREAD_ID))
        return -EINVAL;
    if (event->notify != SIGEV_NONE && (event->signo <= 0 || event->signo > SIGNAL_MAX))
        return -EINVAL;
    if (event->notify != SIGEV_THREAD_ID)
        return 0;
    *target = task_find(event->thread);
    return *target != NULL ? 0 : -EINVAL;
}

/* Stores the id for the caller, then publishes the timer: until then the id is not valid. */
static long publish(struct signal_timer *t, const struct timer_event *event, bool by_default,
                    timer_t __user *uid)
{
    uint32_t id = (uint32_t)signal_timer_reserve(t);

    t->entry.info = (struct siginfo_data){.signo = event->signo, .code = SI_TIMER};
    t->entry.info.fields[0] = id; /* si_timerid, si_overrun 0 */
    t->entry.info.fields[1] = by_default ? id : event->value;
    if (put_user_u32((uint32_t __user *)uid, id) != 0) {
        signal_timer_cancel(t);
        return -EFAULT;
    }
    signal_timer_publish(t);
    return 0;
}

long sys_timer_create(clockid_t clock_id, const struct sigevent __user *uevent, timer_t __user *uid)
{
    struct timer_event event = {.signo = SIGALRM, .notify = SIGEV_SIGNAL};
    struct task *task = NULL, *target = NULL;
    enum clock_timer_clock clock;

    if (uevent != NULL && copy_from_user(&event, uevent, sizeof(event)) != 0)
        return -EFAULT;
    int err = find_clock(clock_id, &clock, &task);
    if (err == 0)
        err = find_target(&event, &target);
    enum signal_timer_kind kind = event.notify == SIGEV_NONE ? TIMER_SENDS_NOT : TIMER_SENDS;
    struct signal_timer *t = err == 0 ? signal_timer_create(kind, clock, task, target) : NULL;
    if (t == NULL) {
        if (task != NULL)
            task_put(task);
        if (target != NULL)
            task_put(target);
        return err != 0 ? err : -EAGAIN;
    }
    long result = publish(t, &event, uevent == NULL, uid);
    signal_timer_put(t);
    return result;
}

long sys_timer_settime(timer_t id, int flags, const struct __kernel_itimerspec __user *setting,
                       struct __kernel_itimerspec __user *old_setting)
{
    struct timer_setting new, old;

    if (setting == NULL)
        return -EINVAL;
    int err = get_user_setting(&new, setting);
    if (err != 0)
        return err;
    struct signal_timer *t = signal_timer_find(id);
    if (t == NULL)
        return -EINVAL;
    err = signal_timer_set(t, &new, flags & TIMER_ABSTIME, old_setting != NULL ? &old : NULL);
    signal_timer_put(t);
    if (err == 0 && old_setting != NULL)
        err = put_user_setting(old_setting, &old);
    return err;
}

long sys_timer_gettime(timer_t id, struct __kernel_itimerspec __user *user)
{
    struct timer_setting setting;
    struct signal_timer *t = signal_timer_find(id);

    if (t == NULL)
        return -EINVAL;
    signal_timer_get(t, &setting);
    signal_timer_put(t);
    return put_user_setting(user, &setting);
}

long sys_timer_getoverrun(timer_t id)
{
    struct signal_timer *t = signal_timer_find(id);

    if (t == NULL)
        return -EINVAL;
    int n = signal_timer_overrun(t);
    signal_timer_put(t);
    return n;
}

long sys_timer_delete(timer_t id)
{
    struct signal_timer *t = signal_timer_remove(id);

    if (t == NULL)
        return -EINVAL;
    signal_timer_put(t);
    return 0;
}
