/* SPDX-License-Identifier: BSD-3-Clause */
/* What the system and the process's use of it look like. Takes only the locks of those it asks. */
#include <hermit/frame_alloc.h>
#include <hermit/percpu.h>
#include <hermit/string.h>
#include <hermit/syscall.h>
#include <hermit/task.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>
#include <linux/resource.h>
#include <linux/sysinfo.h>
#include <linux/times.h>
#include <linux/utsname.h>

#include "handlers.h"
#include "timespec.h"

#define TICK_NS (NSEC_PER_SEC / 100) /* AT_CLKTCK */

long sys_uname(long address)
{
    static const struct new_utsname name = {
        .sysname = "Linux",
        .nodename = "hermit",
        .release = "6.1.0-hermit",
        .version = "#1 SMP",
        .machine = "x86_64",
        .domainname = "(none)",
    };

    return copy_to_user((void *)address, &name, sizeof(name));
}

long sys_sysinfo(long address)
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
    return copy_to_user((void *)address, &info, sizeof(info));
}

/* Time in the kernel is not told apart: all counts as the user's. */
long sys_times(long address)
{
    struct tms times = {.tms_utime = (long)(process_cpu_time() / TICK_NS)};

    if (address != 0 && copy_to_user((void *)address, &times, sizeof(times)) != 0)
        return -EFAULT;
    return (long)(clock_monotonic() / TICK_NS);
}

static void add_switches(struct task *t, void *arg)
{
    struct rusage *r = arg;

    r->ru_nvcsw += (long)t->nr_switches;
    r->ru_nivcsw += (long)t->nr_preemptions;
}

long sys_getrusage(long who, long address)
{
    struct rusage r;
    struct vm_stats vm;
    uint64_t ns = 0;

    memset(&r, 0, sizeof(r));
    switch ((int)who) {
    case RUSAGE_SELF:
        ns = process_cpu_time();
        task_for_each(add_switches, &r);
        break;
    case RUSAGE_THREAD:
        ns = sched_cpu_time(current_task());
        add_switches(current_task(), &r);
        break;
    case RUSAGE_CHILDREN: /* there are none */
        return copy_to_user((void *)address, &r, sizeof(r));
    default:
        return -EINVAL;
    }
    vm_stats(&vm);
    r.ru_utime.tv_sec = (long)(ns / NSEC_PER_SEC);
    r.ru_utime.tv_usec = (long)(ns % NSEC_PER_SEC / 1000);
    r.ru_maxrss = (long)(vm.peak_resident / 1024);
    return copy_to_user((void *)address, &r, sizeof(r));
}
