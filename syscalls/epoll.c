/* SPDX-License-Identifier: BSD-3-Clause */
/* epoll_create(2), epoll_ctl(2), epoll_wait(2) and their kin. No locks. */
#include "syscall.h"
#include <hermit/epoll.h>
#include <hermit/fd_table.h>
#include <hermit/uaccess.h>
#include <linux/eventpoll.h>

#include "call_mask.h"
#include "handlers.h"
#include "timespec.h"

long sys_epoll_create1(int flags)
{
    struct file *file;
    if (flags & ~EPOLL_CLOEXEC)
        return -EINVAL;
    int err = epoll_create(&file);
    if (err != 0)
        return err;
    int fd = fd_install(file, 0, flags & EPOLL_CLOEXEC);
    if (fd < 0)
        file_put(file);
    return fd;
}

long sys_epoll_create(int size)
{
    return size <= 0 ? -EINVAL : sys_epoll_create1(0);
}

long sys_epoll_ctl(int epfd, int op, int fd, struct epoll_event __user *user)
{
    struct epoll_event event = {0};
    if (op != EPOLL_CTL_DEL && copy_from_user(&event, user, sizeof(event)) != 0)
        return -EFAULT;
    struct file *set = fd_get(epfd);
    if (set == NULL)
        return -EBADF;
    struct file *f = fd_get(fd);
    long err = -EBADF;
    if (f != NULL) {
        err = epoll_change(set, op, f, fd, &event);
        file_put(f);
    }
    file_put(set);
    return err;
}

#define MAX_EVENTS (INT32_MAX / (int)sizeof(struct epoll_event))

static long wait_events(int epfd, struct epoll_event __user *events, int max, uint64_t deadline)
{
    if (max <= 0 || max > MAX_EVENTS)
        return -EINVAL;
    if (!user_range_ok(events, (size_t)max * sizeof(*events)))
        return -EFAULT;
    struct file *set = fd_get(epfd);
    if (set == NULL)
        return -EBADF;
    long n = epoll_wait_events(set, events, max, deadline);
    file_put(set);
    return n;
}

static uint64_t deadline_in_ms(int timeout_ms)
{
    return timeout_ms < 0 ? TIME_FOREVER : deadline_after((uint64_t)timeout_ms * 1000000);
}

long sys_epoll_wait(int epfd, struct epoll_event __user *events, int max, int timeout_ms)
{
    return wait_events(epfd, events, max, deadline_in_ms(timeout_ms));
}

long sys_epoll_pwait(int epfd, struct epoll_event __user *events, int max, int timeout_ms,
                     const uint64_t __user *mask, size_t mask_size)
{
    int err = set_call_mask(mask, mask_size);
    return err != 0 ? err : wait_events(epfd, events, max, deadline_in_ms(timeout_ms));
}

long sys_epoll_pwait2(int epfd, struct epoll_event __user *events, int max,
                      const struct __kernel_timespec __user *timeout, const uint64_t __user *mask,
                      size_t mask_size)
{
    uint64_t deadline;
    int err = get_user_deadline(&deadline, timeout);
    if (err == 0)
        err = set_call_mask(mask, mask_size);
    return err != 0 ? err : wait_events(epfd, events, max, deadline);
}
