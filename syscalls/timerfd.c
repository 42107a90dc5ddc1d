/* SPDX-License-Identifier: BSD-3-Clause */
/* timerfd_create(2), timerfd_settime(2), timerfd_gettime(2). No locks. */
#include "syscall.h"
#include <hermit/fd_table.h>
#include <hermit/timerfd.h>
#include <linux/timerfd.h>

#include "handlers.h"
#include "timer_setting.h"

long sys_timerfd_create(int clock, int flags)
{
    bool realtime = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_ALARM;
    struct file *file;

    if (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK))
        return -EINVAL;
    if (!realtime && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME &&
        clock != CLOCK_BOOTTIME_ALARM)
        return -EINVAL;
    int err = timerfd_create(realtime, (unsigned)flags & TFD_NONBLOCK, &file);
    if (err != 0)
        return err;
    int fd = fd_install(file, 0, flags & TFD_CLOEXEC);
    if (fd < 0)
        file_put(file);
    return fd;
}

long sys_timerfd_settime(int fd, int flags, const struct __kernel_itimerspec __user *setting,
                         struct __kernel_itimerspec __user *old_setting)
{
    struct timer_setting new, old;
    int err = get_user_setting(&new, setting);

    if (err == 0 && flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET))
        err = -EINVAL;
    if (err != 0)
        return err;
    struct file *file = fd_get(fd);
    if (file == NULL)
        return -EBADF;
    err = timerfd_set(file, &new, flags & TFD_TIMER_ABSTIME, flags & TFD_TIMER_CANCEL_ON_SET, &old);
    file_put(file);
    if (err == 0 && old_setting != NULL)
        err = put_user_setting(old_setting, &old);
    return err;
}

long sys_timerfd_gettime(int fd, struct __kernel_itimerspec __user *user)
{
    struct timer_setting setting;
    struct file *file = fd_get(fd);

    if (file == NULL)
        return -EBADF;
    int err = timerfd_get(file, &setting);
    file_put(file);
    return err != 0 ? err : put_user_setting(user, &setting);
}
