/* SPDX-License-Identifier: BSD-3-Clause */
/* System information and resource usage. No locks of its own. */
#include "syscall.h"
#include <hermit/frame_alloc.h>
#include <hermit/percpu.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>
#include <linux/resource.h>
#include <linux/sysinfo.h>
#include <linux/times.h>
#include <linux/utsname.h>

#include "handlers.h"
#include "timespec.h"

long sys_uname(struct new_utsname __user *user)
{
    static const struct new_utsname name = {
        .sysname = "Linux",
        .nodename = "hermit",
        .release = "6.1.0-hermit",
        .version = "#1 SMP",
        .machine = "x86_64",
        .domainname = "(none)",
    };

    return copy_to_user(user, &name, sizeof(name));
}

long sys_sysinfo(struct sysinfo __user *user)
{
    struct sysinfo info;
    struct frame_stats frames;

    frame_stats(&frames);
    memset(&info, 0, sizeof(info));
    info.uptime = (long)(clock_monotonic() / NSEC_PER_SEC);
    info.totalram = frames.total;
    info.freeram = frames.free;
    info.procs = (uint16_t)task_count();
    info.mem_unit = 1;
    return copy_to_user(user, &info, sizeof(info));
}

long sys_times(struct tms __user *user)
{
    struct usage usage;

    process_usage(&usage);
    uint64_t system = usage.system_time / USER_TICK_NS;
    struct tms times = {.tms_utime = (long)(usage.cpu_time / USER_TICK_NS - system),
                        .tms_stime = (long)system};
    if (user != NULL && copy_to_user(user, &times, sizeof(times)) != 0)
        return -EFAULT;
    return (long)(clock_monotonic() / USER_TICK_NS);
}

static void set_timeval(void *timeval, uint64_t ns)
{
    struct __kernel_old_timeval value = ns_to_timeval(ns);
    __builtin_memcpy(timeval, &value, sizeof(value));
}

long sys_getrusage(int who, struct rusage __user *user)
{
    struct rusage r;
    struct vm_stats vm;
    struct usage usage;

    memset(&r, 0, sizeof(r));
    switch (who) {
    case RUSAGE_SELF:
        process_usage(&usage);
        break;
    case RUSAGE_THREAD:
        task_usage(current_task(), &usage);
        break;
    case RUSAGE_CHILDREN: /* there are none */
        return copy_to_user(user, &r, sizeof(r));
    default:
        return -EINVAL;
    }
    vm_stats(&vm);
    set_timeval(&r.ru_utime, usage.cpu_time - usage.system_time);
    set_timeval(&r.ru_stime, usage.system_time);
    r.ru_maxrss = (long)(vm.peak_resident / 1024);
    r.ru_minflt = (long)usage.minor_faults;
    r.ru_majflt = (long)usage.major_faults;
    r.ru_nvcsw = (long)usage.switches;
    r.ru_nivcsw = (long)usage.preemptions;
    return copy_to_user(user, &r, sizeof(r));
}
