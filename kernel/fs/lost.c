/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: telling the launcher, once the process has ended, of the files that end with the machine:
 * what the program made or changed below its first working folder (anywhere, if that is shared: its
 * files stay) and did not remove. File systems
 * mounted below it (/dev/shm, /proc) and folders of temporary files do not count, unless the
 * working folder lies in them.
 *
 * overlay_lost.c does it for files above another file system.
 *
 * Nothing is recorded while the program runs: a file of the archive has changed if it was cut, has
 * another size, or has a page that differs from the archive's bytes.
 */
#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/console.h>
#include <hermit/frame_alloc.h>
#include <hermit/process.h>
#include <hermit/string.h>
#include <linux/stat.h>

#include "overlay.h"
#include "ramfs.h"
#include "vfs_internal.h"

static struct dentry *folder; /* the first working folder; constant once the tree is built */

/* /tmp, /run and /var/tmp */
static bool is_temporary(const struct dentry *d)
{
    const struct dentry *dir = d->parent;
    bool tmp = strcmp(d->name, "tmp") == 0;
    if (dir == vfs_root)
        return tmp || strcmp(d->name, "run") == 0;
    return tmp && dir->parent == vfs_root && strcmp(dir->name, "var") == 0;
}

static bool page_differs(struct inode *inode, uint64_t index)
{
    const char *bytes;
    paddr_t frame = ramfs_page(inode, index);
    if (frame == PAGE_TREE_NONE)
        return false;
    size_t n = MIN(ramfs_source(inode, index * PAGE_SIZE, &bytes), PAGE_SIZE);
    bool differs = memcmp(phys_to_virt(frame), bytes, n) != 0;
    frame_put(frame, 0);
    return differs;
}

bool lost_file_is_changed(struct inode *inode)
{
    if (inode->source == NULL || load_relaxed(&inode->cuts) != 0 ||
        load_relaxed(&inode->size) != load_relaxed(&inode->source_size))
        return true;
    for (uint64_t index = 0;; index++) {
        unsigned long irq = spin_lock(&inode->pages_lock);
        index = page_tree_next(&inode->pages, index);
        spin_unlock(&inode->pages_lock, irq);
        if (index == UINT64_MAX)
            return false;
        if (page_differs(inode, index))
            return true;
    }
}

static bool is_lost(struct inode *inode)
{
    return inode->fops == &ramfs_file_ops && lost_file_is_changed(inode);
}

/* The name after d in the tree below `folder`, a directory before what is in it; NULL: none. */
static struct dentry *next_name(struct dentry *d, bool enter)
{
    struct rb_node *next = enter ? rb_first(&d->children) : NULL;
    for (; next == NULL && d != folder; d = d->parent)
        next = rb_next(&d->by_cookie);
    return next != NULL ? rb_entry(next, struct dentry, by_cookie) : NULL;
}

/* The last part of a path that is too long to be told. */
static size_t own_name(const struct dentry *d, char *buf, size_t size)
{
    size_t n = MIN((size_t)d->length, size);
    memcpy(buf, d->name, n);
    return n;
}

void lost_files_tell(void)
{
    char path[HERMIT_LOST_PATH_MAX];
    uint64_t count = 0;
    size_t length = 0;
    if (folder == NULL)
        return;
    if (folder->inode->sb->in_memory) {
        overlay_lost_tell(folder);
        return;
    }
    rwlock_read_lock(&vfs_lock);
    struct dentry *d = next_name(folder, true);
    for (; d != NULL; d = next_name(d, !is_temporary(d))) {
        if (!is_lost(d->inode) || count++ > 0)
            continue;
        ssize_t n = dentry_path_locked(d, path, sizeof(path));
        length = n >= 0 ? (size_t)n : own_name(d, path, sizeof(path));
    }
    rwlock_read_unlock(&vfs_lock);
    if (count > 0)
        console_lost_files(count, path, length);
}

void lost_files_watch(struct dentry *first_folder)
{
    const struct super_block *sb = first_folder->inode->sb;
    folder = sb->backed && !sb->in_memory ? vfs_root : first_folder;
    dentry_get(folder);
}
