/* SPDX-License-Identifier: BSD-3-Clause */
/* timerfd_create(2), timerfd_settime(2), timerfd_gettime(2). No locks. */
#include <hermit/syscall.h>
#include <hermit/timerfd.h>
#include <linux/timerfd.h>

#include "handlers.h"
#include "timer_setting.h"

long sys_timerfd_create(long clock, long flags)
{
    bool realtime = (int)clock == CLOCK_REALTIME || (int)clock == CLOCK_REALTIME_ALARM;
    struct file *file;

    if ((int)flags & ~(TFD_CLOEXEC | TFD_NONBLOCK))
        return -EINVAL;
    if (!realtime && (int)clock != CLOCK_MONOTONIC && (int)clock != CLOCK_BOOTTIME &&
        (int)clock != CLOCK_BOOTTIME_ALARM)
        return -EINVAL;
    int err = timerfd_create(realtime, (unsigned)flags & TFD_NONBLOCK, &file);
    if (err != 0)
        return err;
    int fd = fd_install(file, 0, flags & TFD_CLOEXEC);
    if (fd < 0)
        file_put(file);
    return fd;
}

long sys_timerfd_settime(long fd, long flags, long new_address, long old_address)
{
    struct timer_setting new, old;
    int err = get_user_setting(&new, new_address);

    if (err == 0 && (int)flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET))
        err = -EINVAL;
    if (err != 0)
        return err;
    struct file *file = fd_get((int)fd);
    if (file == NULL)
        return -EBADF;
    err = timerfd_set(file, &new, flags & TFD_TIMER_ABSTIME, flags & TFD_TIMER_CANCEL_ON_SET, &old);
    file_put(file);
    if (err == 0 && old_address != 0)
        err = put_user_setting(old_address, &old);
    return err;
}

long sys_timerfd_gettime(long fd, long address)
{
    struct timer_setting setting;
    struct file *file = fd_get((int)fd);

    if (file == NULL)
        return -EBADF;
    int err = timerfd_get(file, &setting);
    file_put(file);
    return err != 0 ? err : put_user_setting(address, &setting);
}
