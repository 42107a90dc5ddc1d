/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: /sys, the part that libomp and hwloc read: cores, caches, NUMA nodes; and the places of
 * the network's folders. The names are created at the first look-up in the folder. No locks.
 */
#include <arch/topology.h>
#include <hermit/frame_alloc.h>
#include <hermit/made_file.h>
#include <hermit/net_files.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "vfs_internal.h"

typedef bool (*cpu_filter)(unsigned cpu, uint64_t value);

/* Shows the cores that pass, as ranges: 0-3,6. */
static void show_list(struct text *t, cpu_filter pass, uint64_t value)
{
    bool first = true;
    for (unsigned i = 0; i < nr_cpus; i++) {
        if (!pass(i, value))
            continue;
        unsigned end = i;
        while (end + 1 < nr_cpus && pass(end + 1, value))
            end++;
        text_printf(t, first ? "%u" : ",%u", i);
        if (end > i)
            text_printf(t, "-%u", end);
        first = false;
        i = end;
    }
    text_printf(t, "\n");
}

/* Shows the cores that pass, as 32-bit words in hex, highest first. */
static void show_mask(struct text *t, cpu_filter pass, uint64_t value)
{
    for (unsigned word = (nr_cpus + 31) / 32; word-- > 0;) {
        uint32_t bits = 0;
        for (unsigned i = word * 32; i < nr_cpus && i < word * 32 + 32; i++)
            if (pass(i, value))
                bits |= 1u << (i % 32);
        text_printf(t, word > 0 ? "%08x," : "%08x\n", bits);
    }
}

static bool any(unsigned cpu, uint64_t value)
{
    (void)cpu, (void)value;
    return true;
}

/* value: core | shift << 32. */
static bool shares(unsigned cpu, uint64_t value)
{
    return arch_cpus_share((unsigned)(value & 0xffffffff), cpu, (unsigned)(value >> 32));
}

static uint64_t with_shift(uint64_t cpu, unsigned shift)
{
    return cpu | (uint64_t)shift << 32;
}

static void show_all(struct text *t, uint64_t value)
{
    show_list(t, any, value);
}

static void show_all_mask(struct text *t, uint64_t value)
{
    show_mask(t, any, value);
}

static void show_kernel_max(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "%d\n", MAX_CPUS - 1);
}

static void show_nothing(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "\n");
}

static void show_package(struct text *t, uint64_t cpu)
{
    struct cpu_place p;
    arch_cpu_place((unsigned)cpu, &p);
    text_printf(t, "%u\n", p.package);
}

static void show_core(struct text *t, uint64_t cpu)
{
    struct cpu_place p;
    arch_cpu_place((unsigned)cpu, &p);
    text_printf(t, "%u\n", p.core);
}

static void show_zero(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "0\n");
}

static void show_threads(struct text *t, uint64_t cpu)
{
    show_mask(t, shares, with_shift(cpu, arch_core_shift()));
}

static void show_threads_list(struct text *t, uint64_t cpu)
{
    show_list(t, shares, with_shift(cpu, arch_core_shift()));
}

static void show_cores(struct text *t, uint64_t cpu)
{
    show_mask(t, shares, with_shift(cpu, arch_package_shift()));
}

static void show_cores_list(struct text *t, uint64_t cpu)
{
    show_list(t, shares, with_shift(cpu, arch_package_shift()));
}

static const struct made_file topology_files[] = {
    {"physical_package_id", show_package, 0444, NULL},
    {"die_id", show_zero, 0444, NULL},
    {"core_id", show_core, 0444, NULL},
    {"thread_siblings", show_threads, 0444, NULL},
    {"thread_siblings_list", show_threads_list, 0444, NULL},
    {"core_cpus", show_threads, 0444, NULL},
    {"core_cpus_list", show_threads_list, 0444, NULL},
    {"core_siblings", show_cores, 0444, NULL},
    {"core_siblings_list", show_cores_list, 0444, NULL},
    {"package_cpus", show_cores, 0444, NULL},
    {"package_cpus_list", show_cores_list, 0444, NULL},
    {"die_cpus", show_cores, 0444, NULL},
    {"die_cpus_list", show_cores_list, 0444, NULL},
};

/* value: core | cache index << 32. */
static struct cpu_cache cache_of(uint64_t value)
{
    struct cpu_cache c = {0};
    arch_cpu_cache((unsigned)(value >> 32), &c);
    return c;
}

static void show_cache_level(struct text *t, uint64_t value)
{
    text_printf(t, "%u\n", cache_of(value).level);
}

static void show_cache_type(struct text *t, uint64_t value)
{
    char type = cache_of(value).type;
    text_printf(t, "%s\n", type == 'D' ? "Data" : type == 'I' ? "Instruction" : "Unified");
}

static void show_cache_size(struct text *t, uint64_t value)
{
    text_printf(t, "%luK\n", cache_of(value).size >> 10);
}

static void show_cache_line(struct text *t, uint64_t value)
{
    text_printf(t, "%u\n", cache_of(value).line);
}

static void show_cache_ways(struct text *t, uint64_t value)
{
    text_printf(t, "%u\n", cache_of(value).ways);
}

static void show_cache_sets(struct text *t, uint64_t value)
{
    text_printf(t, "%u\n", cache_of(value).sets);
}

static void show_cache_partition(struct text *t, uint64_t value)
{
    text_printf(t, "%u\n", cache_of(value).partitions);
}

static void show_cache_cpus(struct text *t, uint64_t value)
{
    show_mask(t, shares, with_shift(value & 0xffffffff, cache_of(value).shift));
}

static void show_cache_cpus_list(struct text *t, uint64_t value)
{
    show_list(t, shares, with_shift(value & 0xffffffff, cache_of(value).shift));
}

static const struct made_file cache_files[] = {
    {"level", show_cache_level, 0444, NULL},
    {"type", show_cache_type, 0444, NULL},
    {"size", show_cache_size, 0444, NULL},
    {"coherency_line_size", show_cache_line, 0444, NULL},
    {"ways_of_associativity", show_cache_ways, 0444, NULL},
    {"number_of_sets", show_cache_sets, 0444, NULL},
    {"physical_line_partition", show_cache_partition, 0444, NULL},
    {"shared_cpu_map", show_cache_cpus, 0444, NULL},
    {"shared_cpu_list", show_cache_cpus_list, 0444, NULL},
};

static const struct made_file cpu_list_files[] = {
    {"online", show_all, 0444, NULL},
    {"possible", show_all, 0444, NULL},
    {"present", show_all, 0444, NULL},
    {"offline", show_nothing, 0444, NULL},
    {"kernel_max", show_kernel_max, 0444, NULL},
};

static const struct made_file node_list_files[] = {
    {"online", show_zero, 0444, NULL},
    {"possible", show_zero, 0444, NULL},
    {"has_cpu", show_zero, 0444, NULL},
    {"has_memory", show_zero, 0444, NULL},
    {"has_normal_memory", show_zero, 0444, NULL},
};

static void show_node_memory(struct text *t, uint64_t node)
{
    struct frame_stats st;
    frame_stats(&st);
    text_printf(t, "Node %lu MemTotal: %15lu kB\n", node, st.total >> 10);
    text_printf(t, "Node %lu MemFree:  %15lu kB\n", node, st.free >> 10);
    text_printf(t, "Node %lu MemUsed:  %15lu kB\n", node, (st.total - st.free) >> 10);
}

static void show_distance(struct text *t, uint64_t value)
{
    (void)value;
    text_printf(t, "10\n");
}

static const struct made_file node_files[] = {
    {"cpulist", show_all, 0444, NULL},
    {"cpumap", show_all_mask, 0444, NULL},
    {"meminfo", show_node_memory, 0444, NULL},
    {"distance", show_distance, 0444, NULL},
};

static bool add_files(struct dentry *dir, const struct made_file *files, unsigned n, uint64_t value)
{
    for (unsigned i = 0; i < n; i++)
        if (dir == NULL || !made_add(dir, &files[i], value))
            return false;
    return true;
}
#define ADD_FILES(dir, files, value) add_files(dir, files, ARRAY_SIZE(files), value)

static bool add_caches(struct dentry *cpu, unsigned id)
{
    struct cpu_cache c;
    struct dentry *dir = made_directory(cpu, "cache");
    for (unsigned i = 0; dir != NULL && arch_cpu_cache(i, &c); i++) {
        char name[16];
        ksnprintf(name, sizeof(name), "index%u", i);
        struct dentry *index = made_directory(dir, name);
        if (index == NULL || !ADD_FILES(index, cache_files, id | (uint64_t)i << 32))
            return false;
    }
    return dir != NULL;
}

static bool add_cpu(struct dentry *dir, unsigned id)
{
    char name[16];
    ksnprintf(name, sizeof(name), "cpu%u", id);
    struct dentry *cpu = made_directory(dir, name);
    if (cpu == NULL)
        return false;
    struct dentry *topology = made_directory(cpu, "topology");
    return topology != NULL && ADD_FILES(topology, topology_files, id) && add_caches(cpu, id);
}

static bool add_cpus(struct dentry *dir)
{
    if (dir == NULL || !ADD_FILES(dir, cpu_list_files, 0))
        return false;
    for (unsigned i = 0; i < nr_cpus; i++)
        if (!add_cpu(dir, i))
            return false;
    return true;
}

static bool add_node_links(struct dentry *node)
{
    for (unsigned i = 0; i < nr_cpus; i++) {
        char name[16], target[32];
        ksnprintf(name, sizeof(name), "cpu%u", i);
        ksnprintf(target, sizeof(target), "../../cpu/cpu%u", i);
        if (!made_link(node, name, target))
            return false;
    }
    return true;
}

static bool add_nodes(struct dentry *dir)
{
    if (dir == NULL || !ADD_FILES(dir, node_list_files, 0))
        return false;
    struct dentry *node = made_directory(dir, "node0");
    return node != NULL && ADD_FILES(node, node_files, 0) && add_node_links(node);
}

static bool add_network(struct dentry *root, struct dentry *devices)
{
    struct dentry *class = made_directory(root, "class");
    struct dentry *virtual = devices == NULL ? NULL : made_directory(devices, "virtual");
    return class != NULL && virtual != NULL &&
           made_directory_with(class, "net", &net_class_ops) != NULL &&
           made_directory_with(virtual, "net", &net_virtual_ops) != NULL;
}

static int populate(struct dentry *root)
{
    struct dentry *devices = made_directory(root, "devices");
    struct dentry *system = devices == NULL ? NULL : made_directory(devices, "system");
    if (system == NULL || !add_cpus(made_directory(system, "cpu")) ||
        !add_nodes(made_directory(system, "node")) || !add_network(root, devices))
        return -ENOMEM;
    return 0;
}

struct super_block *sysfs_create(void)
{
    static const struct inode_ops ops = {.populate = populate, .make = ramfs_make};
    struct super_block *sb = super_create("sysfs", "sysfs", 0x62656572, &ops, S_IFDIR | 0555);
    if (sb != NULL)
        sb->create_error = -EPERM;
    return sb;
}
