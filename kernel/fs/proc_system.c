/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: what /proc says of the whole system. Takes the locks of those it asks. */
#include <arch/topology.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/net_files.h>
#include <hermit/percpu.h>
#include <hermit/pipe.h>
#include <hermit/random.h>
#include <hermit/task_table.h>
#include <hermit/vm.h>
#include <linux/errno.h>
#include <linux/limits.h>

#include "page_cache.h"
#include "proc.h"

static void show_cpuinfo(struct text *t, uint64_t value)
{
    (void)value;
    for (unsigned i = 0; i < nr_cpus; i++)
        arch_cpuinfo(i, t, text_printf);
}

static void show_meminfo(struct text *t, uint64_t value)
{
    static const char *const zero[] = {"Buffers",   "Cached",    "SwapCached", "Active",
                                       "Inactive",  "SwapTotal", "SwapFree",   "Dirty",
                                       "Writeback", "Shmem"};
    struct frame_stats st;
    (void)value;
    frame_stats(&st);
    text_printf(t, "MemTotal:       %8lu kB\n", st.total >> 10);
    text_printf(t, "MemFree:        %8lu kB\n", st.free >> 10);
    text_printf(t, "MemAvailable:   %8lu kB\n", st.free >> 10);
    for (unsigned i = 0; i < ARRAY_SIZE(zero); i++)
        text_printf(t, "%s:        0 kB\n", zero[i]);
    text_printf(t, "HugePages_Total:       0\nHugePages_Free:        0\n");
    text_printf(t, "HugePages_Rsvd:        0\nHugePages_Surp:        0\n");
    text_printf(t, "Hugepagesize:       2048 kB\n");
}

static uint64_t ticks(uint64_t ns)
{
    return ns / USER_TICK_NS;
}

static void show_stat(struct text *t, uint64_t value)
{
    uint64_t now = clock_monotonic(), busy = process_cpu_time(), all = now * nr_cpus;
    uint64_t idle = all > busy ? all - busy : 0;
    (void)value;
    text_printf(t, "cpu  %lu 0 0 %lu 0 0 0 0 0 0\n", ticks(busy), ticks(idle));
    for (unsigned i = 0; i < nr_cpus; i++) /* time is counted by task, not by core: the mean */
        text_printf(t, "cpu%u %lu 0 0 %lu 0 0 0 0 0 0\n", i, ticks(busy / nr_cpus),
                    ticks(idle / nr_cpus));
    text_printf(t, "btime %lu\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n",
                (uint64_t)((clock_realtime() - now) / NSEC_PER_SEC));
}

static void show_uptime(struct text *t, uint64_t value)
{
    uint64_t now = clock_monotonic() / 10000000, busy = process_cpu_time() / 10000000;
    uint64_t idle = now * nr_cpus > busy ? now * nr_cpus - busy : 0;
    (void)value;
    text_printf(t, "%lu.%02lu %lu.%02lu\n", now / 100, now % 100, idle / 100, idle % 100);
}

static void show_loadavg(struct text *t, uint64_t value)
{
    (void)value; /* no average is kept */
    text_printf(t, "0.00 0.00 0.00 1/%u %d\n", task_count(), PROCESS_ID);
}

static void show_version(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "Linux version 6.1.0-hermit (hermit) #1 SMP\n");
}

static void show_filesystems(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\n");
}

/* A path and a space; what separates fields and lines is written in octal, as getmntent(3) reads
 * it. */
static void add_mount_path(struct text *t, const char *path)
{
    for (; *path != '\0'; path++)
        if (*path == ' ' || *path == '\t' || *path == '\n' || *path == '\\')
            text_printf(t, "\\%03o", (unsigned)*path);
        else
            text_add(t, path, 1);
    text_add(t, " ", 1);
}

void proc_show_mounts(struct text *t, uint64_t value)
{
    char *path = kmalloc(PATH_MAX);
    (void)value;
    for (struct super_block *sb = vfs_supers; path != NULL && sb != NULL; sb = sb->next) {
        const char *options = sb->create_error != 0 ? "ro" : "rw,relatime";
        if (dentry_path(sb->root, path, PATH_MAX) < 0)
            continue;
        add_mount_path(t, sb->source);
        add_mount_path(t, path);
        text_printf(t, "%s %s 0 0\n", sb->type, options);
    }
    kfree(path);
}

const struct made_file proc_system_files[] = {
    {"cpuinfo", show_cpuinfo, 0444, NULL},
    {"meminfo", show_meminfo, 0444, NULL},
    {"stat", show_stat, 0444, NULL},
    {"uptime", show_uptime, 0444, NULL},
    {"loadavg", show_loadavg, 0444, NULL},
    {"version", show_version, 0444, NULL},
    {"filesystems", show_filesystems, 0444, NULL},
    {NULL, NULL, 0, NULL},
};

static const char *const texts[] = {"6.1.0-hermit", "Linux", "hermit", "#1 SMP", "(none)"};

static void show_text(struct text *t, uint64_t value)
{
    text_printf(t, "%s\n", texts[value]);
}

static void show_number(struct text *t, uint64_t value)
{
    text_printf(t, "%lu\n", value);
}

static void show_file_max(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "%lu\n", file_max());
}

static void show_pipe_max(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "%u\n", load_relaxed(&pipe_max_size));
}

/* Rounds up as for a pipe's size. */
static int store_pipe_max(const char *bytes, size_t n, uint64_t value)
{
    unsigned long size = 0;
    (void)value;
    int err = made_number(bytes, n, &size);
    long rounded = err == 0 ? pipe_round_size(size) : err;
    if (rounded < 0)
        return -EINVAL;
    store_relaxed(&pipe_max_size, (unsigned)rounded);
    return 0;
}

static void show_dirty_expire(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "%u\n", load_relaxed(&page_dirty_expire));
}

static int store_dirty_expire(const char *bytes, size_t n, uint64_t value)
{
    unsigned long time = 0;
    (void)value;
    int err = made_number(bytes, n, &time);
    if (err != 0 || time > INT32_MAX)
        return -EINVAL;
    page_expiry_set((unsigned)time);
    return 0;
}

static void put_uuid(struct text *t, uint8_t b[16])
{
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    for (int i = 0; i < 16; i++)
        text_printf(t, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
    text_printf(t, "\n");
}

static void show_uuid(struct text *t, uint64_t value)
{
    uint8_t bytes[16];
    (void)value;
    random_fill(bytes, sizeof(bytes));
    put_uuid(t, bytes);
}

static void show_boot_id(struct text *t, uint64_t value)
{
    static uint8_t id[16];
    uint8_t bytes[16];
    (void)value;
    if (id[6] == 0)
        random_fill(id, sizeof(id));
    for (int i = 0; i < 16; i++)
        bytes[i] = id[i];
    put_uuid(t, bytes);
    id[6] |= 0x40;
}

static const struct {
    struct made_file file;
    uint64_t value;
} kernel_files[] =
    {
        {{"osrelease", show_text, 0444, NULL}, 0},
        {{"ostype", show_text, 0444, NULL}, 1},
        {{"hostname", show_text, 0444, NULL}, 2},
        {{"version", show_text, 0444, NULL}, 3},
        {{"domainname", show_text, 0444, NULL}, 4},
        {{"pid_max", show_number, 0444, NULL}, TID_MAX},
        {{"threads-max", show_number, 0444, NULL}, 65536},
        {{"ngroups_max", show_number, 0444, NULL}, 65536},
        {{"cap_last_cap", show_number, 0444, NULL}, 40},
},
  random_files[] =
      {
          {{"boot_id", show_boot_id, 0444, NULL}, 0},
          {{"uuid", show_uuid, 0444, NULL}, 0},
          {{"entropy_avail", show_number, 0444, NULL}, 256},
          {{"poolsize", show_number, 0444, NULL}, 256},
},
  vm_files[] =
      {
          {{"overcommit_memory", show_number, 0444, NULL}, 0},
          {{"dirty_expire_centisecs", show_dirty_expire, 0644, store_dirty_expire}, 0},
          {{"max_map_count", show_number, 0444, NULL}, VM_MAP_COUNT_MAX},
},
  fs_files[] = {
      {{"nr_open", show_number, 0444, NULL}, FD_MAX},
      {{"file-max", show_file_max, 0444, NULL}, 0},
      {{"pipe-max-size", show_pipe_max, 0644, store_pipe_max}, 0},
};

#define ADD_ALL(dir, files)                                                                        \
    __extension__({                                                                                \
        bool ok_ = (dir) != NULL;                                                                  \
        for (unsigned i_ = 0; ok_ && i_ < ARRAY_SIZE(files); i_++)                                 \
            ok_ = made_add(dir, &files[i_].file, files[i_].value);                                 \
        ok_;                                                                                       \
    })

bool proc_add_sys(struct dentry *root)
{
    struct dentry *sys = made_directory(root, "sys");
    if (sys == NULL)
        return false;
    struct dentry *kernel = made_directory(sys, "kernel"), *vm = made_directory(sys, "vm");
    struct dentry *fs = made_directory(sys, "fs");
    if (!ADD_ALL(kernel, kernel_files) || !ADD_ALL(vm, vm_files) || !ADD_ALL(fs, fs_files))
        return false;
    struct dentry *random = made_directory(kernel, "random");
    return ADD_ALL(random, random_files) &&
           made_directory_with(sys, "net", &net_limits_ops) != NULL;
}
