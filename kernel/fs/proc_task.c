/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: /proc/<pid>/task, whose folders are created on look-up, and the files about
 * a task. No locks; takes references of tasks.
 */
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/rlimit.h>
#include <hermit/sched.h>
#include <hermit/signal.h>
#include <hermit/task_table.h>
#include <hermit/vm.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "proc.h"

static char state_letter(const struct task *t)
{
    switch (load_relaxed(&t->state)) {
    case TASK_RUNNING:
        return 'R';
    case TASK_INTERRUPTIBLE:
        return 'S';
    case TASK_UNINTERRUPTIBLE:
        return 'D';
    default:
        return 'X';
    }
}

static void count_one(struct task *t, void *arg)
{
    (void)t;
    ++*(unsigned *)arg;
}

static unsigned count_threads(void)
{
    unsigned n = 0;
    task_for_each(count_one, &n);
    return n;
}

void proc_show_comm(struct text *t, uint64_t tid)
{
    char name[16];
    struct task *task = task_find((int)tid);
    if (task == NULL) {
        t->error = -ESRCH;
        return;
    }
    task_get_name(task, name);
    task_put(task);
    text_printf(t, "%s\n", name);
}

int proc_store_comm(const char *bytes, size_t n, uint64_t tid)
{
    char name[16] = {0};
    struct task *task = task_find((int)tid);
    if (task == NULL)
        return -ESRCH;
    for (size_t i = 0; i < MIN(n, sizeof(name) - 1) && bytes[i] != '\0'; i++)
        name[i] = bytes[i];
    task_set_name(task, name);
    task_put(task);
    return 0;
}

#define TICK_NS 10000000UL /* AT_CLKTCK */

/* Shows the stat of a thread; `whole`: with the usage of the whole process. */
static void show_stat(struct text *t, uint64_t tid, bool whole)
{
    char name[16];
    struct vm_stats vm;
    struct sched_policy sched;
    struct usage usage;
    struct task *task = task_find((int)tid);
    if (task == NULL) {
        t->error = -ESRCH;
        return;
    }
    task_get_name(task, name);
    sched_get_policy(task, &sched);
    if (whole)
        process_usage(&usage);
    else
        task_usage(task, &usage);
    vm_stats(&vm);
    text_printf(t, "%d (%s) %c 0 %d %d 0 -1 0 %lu 0 %lu 0 ", task->tid, name, state_letter(task),
                PROCESS_ID, PROCESS_ID, usage.minor_faults, usage.major_faults);
    int priority = sched.rt_priority != 0 ? -1 - sched.rt_priority : 20 + sched.nice;
    text_printf(t, "%lu %lu 0 0 %d %d %u 0 0 ",
                usage.cpu_time / TICK_NS - usage.system_time / TICK_NS, usage.system_time / TICK_NS,
                priority, sched.nice, count_threads());
    text_printf(t, "%lu %lu %lu ", vm.mapped, vm.resident / PAGE_SIZE, RLIMIT_NONE);
    text_printf(t, "0 0 %lu 0 0 0 0 0 0 0 0 0 17 %u %d %d 0 0 0 0 0 %lu ",
                program_layout.stack_start, (unsigned)load_relaxed(&task->cpu), sched.rt_priority,
                sched.policy, program_layout.brk_start);
    text_printf(t, "%lu %lu %lu %lu 0\n", program_layout.arg_start, program_layout.arg_end,
                program_layout.env_start, program_layout.env_end);
    task_put(task);
}

void proc_show_stat(struct text *t, uint64_t tid)
{
    show_stat(t, tid, true);
}

static void show_thread_stat(struct text *t, uint64_t tid)
{
    show_stat(t, tid, false);
}

static void show_cpus(struct text *t, const struct cpumask *mask)
{
    text_printf(t, "Cpus_allowed:\t");
    for (unsigned word = (nr_cpus + 31) / 32; word-- > 0;) {
        unsigned rest = nr_cpus - word * 32;
        uint32_t bits = (uint32_t)(mask->bits[word / 2] >> (word % 2 * 32));
        if (rest < 32) /* the mask may have cores that do not exist */
            bits &= (1u << rest) - 1;
        text_printf(t, word > 0 ? "%08x," : "%x\n", bits);
    }
    text_printf(t, "Cpus_allowed_list:\t");
    bool first = true;
    for (unsigned i = 0; i < nr_cpus; i++) {
        if (!cpumask_test(mask, i))
            continue;
        unsigned end = i;
        while (end + 1 < nr_cpus && cpumask_test(mask, end + 1))
            end++;
        text_printf(t, first ? "%u" : ",%u", i);
        if (end > i)
            text_printf(t, "-%u", end);
        first = false;
        i = end;
    }
    text_printf(t, "\n");
}

static const char *state_name(char letter)
{
    return letter == 'R'   ? "running"
           : letter == 'S' ? "sleeping"
           : letter == 'D' ? "disk sleep"
                           : "dead";
}

static void show_sizes(struct text *t)
{
    struct vm_stats vm;
    vm_stats(&vm);
    text_printf(t, "VmPeak:\t%8lu kB\nVmSize:\t%8lu kB\n", vm.mapped >> 10, vm.mapped >> 10);
    text_printf(t, "VmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\n", vm.peak_resident >> 10, vm.resident >> 10);
    text_printf(t, "VmData:\t%8lu kB\nVmStk:\t%8lu kB\nVmExe:\t%8lu kB\n", vm.data >> 10,
                vm.stack >> 10, vm.text >> 10);
    text_printf(t, "VmSwap:\t       0 kB\n");
}

void proc_show_status(struct text *t, uint64_t tid)
{
    char name[16];
    struct cpumask affinity;
    struct usage usage;
    struct task *task = task_find((int)tid);
    if (task == NULL) {
        t->error = -ESRCH;
        return;
    }
    task_get_name(task, name);
    char state = state_letter(task);
    text_printf(t, "Name:\t%s\nUmask:\t%04o\n", name, (unsigned)load_relaxed(&vfs_umask));
    text_printf(t, "State:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t0\nTracerPid:\t0\n",
                state, state_name(state), PROCESS_ID, task->tid);
    text_printf(t, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t0\n");
    show_sizes(t);
    text_printf(t, "Threads:\t%u\n", count_threads());
    text_printf(t, "SigPnd:\t%016lx\nSigBlk:\t%016lx\n",
                (uint64_t)load_relaxed(&task_signals(task)->pending.set),
                (uint64_t)load_relaxed(&task_signals(task)->blocked));
    sched_get_affinity(task, &affinity);
    task_usage(task, &usage);
    show_cpus(t, &affinity);
    text_printf(t, "Mems_allowed:\t1\nMems_allowed_list:\t0\n");
    text_printf(t, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n",
                usage.switches, usage.preemptions);
    task_put(task);
}

static const struct made_file task_files[] = {
    {"comm", proc_show_comm, 0644, proc_store_comm},
    {"stat", show_thread_stat, 0444, NULL},
    {"status", proc_show_status, 0444, NULL},
};

/* One task's folder: its names are created on look-up too, so none outlives the task. */
static int task_lookup(struct inode *dir, const struct name *name, struct inode *known,
                       struct found *found)
{
    (void)known;
    for (unsigned i = 0; i < ARRAY_SIZE(task_files); i++) {
        const struct made_file *file = &task_files[i];
        size_t n = __builtin_strlen(file->name);
        if (n != name->length || __builtin_memcmp(name->text, file->name, n) != 0)
            continue;
        found->transient = true;
        found->inode = made_inode(dir->sb, file, dir->value);
        return found->inode != NULL ? 0 : -ENOMEM;
    }
    return 0;
}

static int task_iterate(struct file *f, struct dir_sink *sink)
{
    for (uint64_t i = f->pos - 2; i < ARRAY_SIZE(task_files); i++, f->pos++) {
        const char *name = task_files[i].name;
        if (!sink->emit(sink, name, __builtin_strlen(name), f->inode->ino + i + 1, S_IFREG >> 12,
                        i + 3))
            break;
    }
    return 0;
}

static const struct inode_ops task_ops = {.lookup = task_lookup, .iterate = task_iterate};

static int tasks_lookup(struct inode *dir, const struct name *name, struct inode *known,
                        struct found *found)
{
    long tid = proc_parse_number(name->text, name->length);
    struct task *task = tid > 0 ? task_find((int)tid) : NULL;
    (void)known;
    if (task == NULL)
        return 0;
    task_put(task);
    struct inode *inode = inode_alloc(dir->sb, S_IFDIR | 0555);
    if (inode == NULL)
        return -ENOMEM;
    inode->ops = &task_ops;
    inode->fops = &dir_file_ops;
    inode->value = (uint64_t)tid;
    *found = (struct found){.inode = inode, .transient = true};
    return 0;
}

struct next_tid {
    int min, found;
};

static void find_next(struct task *t, void *arg)
{
    struct next_tid *next = arg;
    if (t->tid >= next->min && (next->found < 0 || t->tid < next->found))
        next->found = t->tid;
}

static int tasks_iterate(struct file *f, struct dir_sink *sink)
{
    while (f->pos <= INT32_MAX) {
        char name[12];
        struct next_tid next = {.min = (int)(f->pos - 2), .found = -1};
        task_for_each(find_next, &next);
        if (next.found < 0)
            return 0;
        size_t n = (size_t)ksnprintf(name, sizeof(name), "%d", next.found);
        uint64_t pos = (uint64_t)next.found + 3;
        if (!sink->emit(sink, name, n, f->inode->ino + (uint64_t)next.found, S_IFDIR >> 12, pos))
            return 0;
        f->pos = pos;
        cond_resched();
    }
    return 0;
}

const struct inode_ops proc_tasks_ops = {.lookup = tasks_lookup, .iterate = tasks_iterate};
