/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: /proc/<pid>: the files about the process. Takes the locks of the modules it queries. */
#include <hermit/boot_info.h>
#include <hermit/kmalloc.h>
#include <hermit/net_files.h>
#include <hermit/panic.h>
#include <hermit/process.h>
#include <hermit/string.h>
#include <hermit/task_table.h>
#include <hermit/uaccess.h>
#include <hermit/vm.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/resource.h>
#include <linux/stat.h>

#include "proc.h"

/* Copies application memory to the text, up to the first unreadable byte. */
static void show_memory(struct text *t, vaddr_t start, vaddr_t end)
{
    char piece[256];
    while (start < end) {
        size_t n = MIN(end - start, sizeof(piece));
        size_t missing = copy_from_user_partial(piece, user_ptr(start), n);
        text_add(t, piece, n - missing);
        if (missing != 0)
            return;
        start += n;
    }
}

static void show_cmdline(struct text *t, uint64_t value)
{
    (void)value;
    show_memory(t, program_layout.arg_start, program_layout.arg_end);
}

static void show_environ(struct text *t, uint64_t value)
{
    (void)value;
    show_memory(t, program_layout.env_start, program_layout.env_end);
}

static void show_auxv(struct text *t, uint64_t value)
{
    (void)value;
    show_memory(t, program_layout.auxv_start, program_layout.auxv_end);
}

static void show_mapped_file(struct text *t, struct file *f, char *path)
{
    if (f->dentry != NULL && dentry_path(f->dentry, path, PATH_MAX) > 0)
        text_printf(t, "%s", path);
}

struct maps {
    struct text *t;
    char *path;
};

static int show_map(const struct vma_info *v, void *arg)
{
    struct maps *m = arg;
    struct inode *inode = v->file != NULL ? v->file->inode : NULL;
    size_t start = m->t->length;
    text_printf(m->t, "%08lx-%08lx %c%c%c%c %08lx 00:%02lx %lu ", v->start, v->end,
                v->flags & VM_READ ? 'r' : '-', v->flags & VM_WRITE ? 'w' : '-',
                v->flags & VM_EXEC ? 'x' : '-', v->flags & VM_SHARED ? 's' : 'p', v->offset,
                inode != NULL ? inode->sb->dev : 0, inode != NULL ? inode->ino : 0);
    bool named = v->file != NULL || (v->name != NULL && v->name[0] != '\0');
    while (named && m->t->error == 0 && m->t->length - start < 73)
        text_add(m->t, " ", 1);
    if (v->file != NULL)
        show_mapped_file(m->t, v->file, m->path);
    else if (named)
        text_printf(m->t, "%s", v->name);
    text_printf(m->t, "\n");
    return m->t->error;
}

static void show_maps(struct text *t, uint64_t value)
{
    struct maps m = {t, kmalloc_for(PATH_MAX, FRAME_FAULT)};
    (void)value;
    if (m.path == NULL)
        t->error = -ENOMEM;
    else
        vm_for_each(show_map, &m);
    kfree(m.path);
}

static void show_statm(struct text *t, uint64_t value)
{
    struct vm_stats st;
    (void)value;
    vm_stats(&st);
    text_printf(t, "%lu %lu 0 %lu 0 %lu 0\n", st.mapped / PAGE_SIZE, st.resident / PAGE_SIZE,
                st.text / PAGE_SIZE, (st.data + st.stack) / PAGE_SIZE);
}

static const struct {
    const char *name, *unit;
} limits[] = {
    [RLIMIT_CPU] = {"Max cpu time", "seconds"},
    [RLIMIT_FSIZE] = {"Max file size", "bytes"},
    [RLIMIT_DATA] = {"Max data size", "bytes"},
    [RLIMIT_STACK] = {"Max stack size", "bytes"},
    [RLIMIT_CORE] = {"Max core file size", "bytes"},
    [RLIMIT_RSS] = {"Max resident set", "bytes"},
    [RLIMIT_NPROC] = {"Max processes", "processes"},
    [RLIMIT_NOFILE] = {"Max open files", "files"},
    [RLIMIT_MEMLOCK] = {"Max locked memory", "bytes"},
    [RLIMIT_AS] = {"Max address space", "bytes"},
    [RLIMIT_LOCKS] = {"Max file locks", "locks"},
    [RLIMIT_SIGPENDING] = {"Max pending signals", "signals"},
    [RLIMIT_MSGQUEUE] = {"Max msgqueue size", "bytes"},
    [RLIMIT_NICE] = {"Max nice priority", ""},
    [RLIMIT_RTPRIO] = {"Max realtime priority", ""},
    [RLIMIT_RTTIME] = {"Max realtime timeout", "us"},
};

static void put_limit(struct text *t, uint64_t limit)
{
    if (limit == RLIMIT_NONE)
        text_printf(t, "%-20s ", "unlimited");
    else
        text_printf(t, "%-20lu ", limit);
}

static void show_limits(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
    for (unsigned i = 0; i < ARRAY_SIZE(limits); i++) {
        struct rlimit64 limit;
        if (rlimit_change(i, NULL, &limit) != 0)
            continue;
        text_printf(t, "%-25s ", limits[i].name);
        put_limit(t, limit.rlim_cur);
        put_limit(t, limit.rlim_max);
        text_printf(t, "%-10s\n", limits[i].unit);
    }
}

static const struct made_file self_files[] = {
    {"cmdline", show_cmdline, 0444, NULL},
    {"environ", show_environ, 0400, NULL},
    {"auxv", show_auxv, 0400, NULL},
    {"maps", show_maps, 0444, NULL},
    {"statm", show_statm, 0444, NULL},
    {"limits", show_limits, 0444, NULL},
    {"stat", proc_show_stat, 0444, NULL},
    {"status", proc_show_status, 0444, NULL},
    {"comm", proc_show_comm, 0644, proc_store_comm},
    {"mounts", proc_show_mounts, 0444, NULL},
    {NULL, NULL, 0, NULL},
};

static ssize_t cwd_text(struct inode *inode, char *buf, size_t size)
{
    (void)inode;
    struct dentry *d = vfs_cwd();
    ssize_t n = dentry_path(d, buf, size);
    dentry_put(d);
    return n;
}

static struct dentry *cwd_follow(struct inode *inode)
{
    (void)inode;
    return vfs_cwd_locked();
}

static ssize_t root_text(struct inode *inode, char *buf, size_t size)
{
    (void)inode;
    return ksnprintf(buf, size, "/");
}

static const struct inode_ops cwd_ops = {.readlink = cwd_text, .follow = cwd_follow};

static struct dentry *root_follow(struct inode *inode)
{
    (void)inode;
    dentry_get(vfs_root);
    return vfs_root;
}

static const struct inode_ops root_ops = {.readlink = root_text, .follow = root_follow};

static int populate(struct dentry *dir)
{
    proc_exe_init();
    bool ok = made_add_files(dir, self_files, PROCESS_ID) &&
              proc_add_link(dir, "exe", &proc_exe_ops) && proc_add_link(dir, "cwd", &cwd_ops) &&
              proc_add_link(dir, "root", &root_ops) &&
              made_directory_with(dir, "fd", &proc_fds_ops) != NULL &&
              made_directory_with(dir, "net", &net_proc_ops) != NULL &&
              made_directory_with(dir, "task", &proc_tasks_ops) != NULL;
    return ok ? 0 : -ENOMEM;
}

const struct inode_ops proc_self_ops = {.populate = populate};
