/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: /proc and its links to the process. Filled at the first look-up. No locks. */
#include <hermit/panic.h>
#include <hermit/task_table.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "proc.h"

struct inode *proc_link_inode(struct super_block *sb, const struct inode_ops *ops, uint64_t value)
{
    struct inode *inode = inode_alloc(sb, S_IFLNK | 0777);
    if (inode == NULL)
        return NULL;
    inode->ops = ops;
    inode->value = value;
    return inode;
}

bool proc_add_link(struct dentry *dir, const char *name, const struct inode_ops *ops)
{
    return dentry_add(dir, name, proc_link_inode(dir->inode->sb, ops, 0)) != NULL;
}

long proc_parse_number(const char *name, size_t length)
{
    long n = 0;
    if (length == 0 || length > 9 || (name[0] == '0' && length > 1))
        return -1;
    for (size_t i = 0; i < length; i++) {
        if (name[i] < '0' || name[i] > '9')
            return -1;
        n = n * 10 + (name[i] - '0');
    }
    return n;
}

static ssize_t thread_self(struct inode *inode, char *buf, size_t size)
{
    (void)inode;
    return ksnprintf(buf, size, "%d/task/%d", PROCESS_ID, current_task()->tid);
}

static const struct inode_ops thread_self_ops = {.readlink = thread_self};

static int populate(struct dentry *root)
{
    char pid[12];
    ksnprintf(pid, sizeof(pid), "%d", PROCESS_ID);
    bool ok = made_directory_with(root, pid, &proc_self_ops) != NULL &&
              made_link(root, "self", pid) &&
              proc_add_link(root, "thread-self", &thread_self_ops) &&
              made_link(root, "mounts", "self/mounts") && made_link(root, "net", "self/net") &&
              made_add_files(root, proc_system_files, 0) && proc_add_sys(root);
    return ok ? 0 : -ENOMEM;
}

struct super_block *procfs_create(void)
{
    static const struct inode_ops ops = {.populate = populate};
    struct super_block *sb = super_create("proc", "proc", 0x9fa0, &ops, S_IFDIR | 0555);
    if (sb != NULL)
        sb->create_error = -ENOENT;
    return sb;
}
