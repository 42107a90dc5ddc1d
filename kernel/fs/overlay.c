/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the inodes of the overlay (overlay.h) and their attributes. An inode is made from a file
 * below when its name is looked up, and takes its attributes over; what is below counts as
 * constant, so it is not asked for them again. A change (overlay_pin()) keeps the inode, by its
 * name, and so the attributes.
 *
 * A file has the number of the one below; what is new has numbers from NEW_NUMBERS on. So has a
 * file with several names below, each of which gets an inode of its own: as long as none is
 * changed they show the number below, then they are different files.
 */
#include "overlay.h"

#include <hermit/atomic.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/stat.h>

#include "ramfs.h"
#include "vfs_internal.h"
#include "xattr_memory.h"

#define OVERLAYFS_MAGIC 0x794c7630

#define NEW_NUMBERS (UINT64_C(1) << 63)

static bool is_link_broken_by_change(const struct overlay_inode *o)
{
    return o->below != NULL && !inode_is_dir(o->below) && o->below->ino != o->inode.ino;
}

uint64_t overlay_number(const struct overlay_inode *o)
{
    bool below = is_link_broken_by_change(o) && !load_relaxed(&o->changed);
    return below ? o->below->ino : o->inode.ino;
}

/* As overlayfs: the folders in a merged one are not counted. */
static uint32_t folder_links(const struct overlay_inode *o)
{
    if (o->dead)
        return 0;
    if (o->below == NULL)
        return 2 + o->nr_folders;
    return load_relaxed(&o->changed) ? 1 : load_relaxed(&o->inode.nlink);
}

static int fill_blocks_below(const struct overlay_inode *o, struct statx *st)
{
    struct statx below;
    int err = inode_stat(o->below, &below);
    if (err == 0)
        st->stx_blocks = below.stx_blocks;
    return err;
}

static int overlay_getattr(struct inode *inode, struct statx *st)
{
    struct overlay_inode *o = overlay_inode(inode);
    int err = 0;
    if (st == NULL)
        return 0;
    inode_fill_stat(inode, st);
    mutex_lock(&overlay_lock);
    st->stx_ino = overlay_number(o);
    if (inode_is_dir(inode))
        st->stx_nlink = folder_links(o);
    mutex_unlock(&overlay_lock);
    if (o->below != NULL && !overlay_is_copied(o))
        err = fill_blocks_below(o, st);
    else if (inode_type(inode) == S_IFREG)
        st->stx_blocks = inode_memory_blocks(inode);
    return err;
}

static int overlay_setattr(struct inode *inode, const struct attr_change *change)
{
    (void)change; /* the tree does it */
    overlay_pin(overlay_inode(inode));
    return 0;
}

static ssize_t overlay_readlink(struct inode *inode, char *buf, size_t size)
{
    return vfs_readlink(overlay_inode(inode)->below, buf, size); /* a new one has it at hand */
}

/* The last reference is gone: a look-up that finds the name takes the inode for none. */
static void forget_name(struct overlay_inode *o)
{
    mutex_lock(&overlay_lock);
    if (o->seen != NULL)
        overlay_name_free(o->parent, o->seen);
    mutex_unlock(&overlay_lock);
}

/* Whiteouts: nothing else is left in a folder that goes. */
static void free_names(struct overlay_inode *dir)
{
    struct rb_node *node;
    mutex_lock(&overlay_lock);
    while ((node = rb_first(&dir->names)) != NULL)
        overlay_name_free(dir, rb_entry(node, struct overlay_name, by_name));
    mutex_unlock(&overlay_lock);
}

static void overlay_evict(struct inode *inode)
{
    struct overlay_inode *o = overlay_inode(inode);
    forget_name(o);
    if (inode_is_dir(inode))
        free_names(o);
    else if (inode_type(inode) == S_IFREG)
        ramfs_drop_pages(inode);
    else if (inode_is_link(inode))
        kfree(load_relaxed(&inode->link));
    xattr_memory_free(inode);
    if (o->charged)
        ramfs_uncharge_inode(inode->sb);
    if (o->below != NULL)
        inode_put(o->below);
    if (o->parent != NULL)
        inode_put(&o->parent->inode);
}

#define OF_ALL                                                                                     \
    .getattr = overlay_getattr, .setattr = overlay_setattr, .evict = overlay_evict,                \
    .get_xattr = overlay_get_xattr, .list_xattr = overlay_list_xattr,                              \
    .set_xattr = overlay_set_xattr

static const struct inode_ops dir_ops = {
    OF_ALL,
    .lookup = overlay_lookup,
    .iterate = overlay_iterate,
    .make = overlay_make,
    .link = overlay_link,
    .remove = overlay_remove,
    .rename = overlay_rename,
    .open = overlay_open_dir,
    .close = overlay_close_dir,
};

static const struct inode_ops file_ops = {OF_ALL, .open = overlay_open_file,
                                          .truncate = overlay_truncate, .advise = overlay_advise};
static const struct inode_ops link_ops = {OF_ALL, .readlink = overlay_readlink};
static const struct inode_ops fifo_ops = {OF_ALL, .open = fifo_open};
static const struct inode_ops device_ops = {OF_ALL, .open = device_open};
static const struct file_ops node_file_ops = {.release = vfs_file_release};

static void set_operations(struct inode *inode)
{
    inode->fops = &node_file_ops;
    switch (inode_type(inode)) {
    case S_IFDIR:
        inode->ops = &dir_ops;
        inode->fops = &dir_file_ops;
        break;
    case S_IFREG:
        inode->ops = &file_ops;
        inode->fops = &overlay_file_ops;
        spin_init(&inode->pages_lock, "ramfs_pages");
        break;
    case S_IFLNK:
        inode->ops = &link_ops;
        break;
    case S_IFIFO:
        inode->ops = &fifo_ops;
        break;
    default:
        inode->ops = &device_ops; /* a socket, too, cannot be opened */
    }
}

static struct overlay_inode *alloc(struct super_block *sb, uint32_t mode)
{
    struct inode *inode = inode_alloc(sb, mode);
    if (inode == NULL)
        return NULL;
    struct overlay_inode *o = overlay_inode(inode);
    o->next_cookie = 2; /* 0 and 1 are "." and ".." */
    set_operations(inode);
    return o;
}

struct overlay_inode *overlay_new(struct super_block *sb, uint32_t mode, uint64_t rdev,
                                  const char *target)
{
    if (!ramfs_charge_inode(sb))
        return NULL;
    struct overlay_inode *o = alloc(sb, mode);
    if (o == NULL) {
        ramfs_uncharge_inode(sb);
        return NULL;
    }
    o->charged = true;
    o->inode.rdev = rdev;
    store_relaxed(&o->changed, true);
    store_relaxed(&o->copied, true);
    o->has_xattrs = true;
    if (inode_is_link(&o->inode) && ramfs_copy_target(&o->inode, target) != 0) {
        inode_put(&o->inode);
        return NULL;
    }
    return o;
}

struct overlay_inode *overlay_new_seen(struct super_block *sb, struct overlay_inode *parent,
                                       struct inode *below)
{
    struct overlay_inode *o = alloc(sb, load_relaxed(&below->mode));
    if (o == NULL) {
        inode_put(below);
        return NULL;
    }
    struct inode *inode = &o->inode;
    uint32_t nlink = load_relaxed(&below->nlink);
    if (inode_is_dir(inode) || nlink == 1)
        inode->ino = below->ino;
    inode->rdev = below->rdev;
    store_relaxed(&inode->nlink, nlink);
    store_relaxed(&inode->uid, load_relaxed(&below->uid));
    store_relaxed(&inode->gid, load_relaxed(&below->gid));
    store_relaxed(&inode->size, load_relaxed(&below->size));
    store_relaxed(&inode->atime, load_relaxed(&below->atime));
    store_relaxed(&inode->mtime, load_relaxed(&below->mtime));
    store_relaxed(&inode->ctime, load_relaxed(&below->ctime));
    store_relaxed(&inode->btime, load_relaxed(&below->btime));
    o->below = below;
    o->parent = parent;
    if (parent != NULL)
        inode_get(&parent->inode);
    return o;
}

static struct inode *make_unnamed(struct super_block *sb, uint32_t mode)
{
    struct overlay_inode *o = overlay_new(sb, mode, 0, NULL);
    return o != NULL ? &o->inode : NULL;
}

static const struct super_ops super_ops = {.make_unnamed = make_unnamed};

struct super_block *overlay_create(struct super_block *below)
{
    struct super_block *sb = super_alloc("overlay", "overlay", OVERLAYFS_MAGIC);
    struct frame_stats mem;
    frame_stats(&mem);
    if (sb == NULL)
        return NULL;
    sb->ops = &super_ops;
    sb->backed = true;
    sb->in_memory = true;
    sb->inode_size = sizeof(struct overlay_inode);
    store_relaxed(&sb->last_ino, NEW_NUMBERS);
    sb->max_pages = sb->max_inodes = mem.total / PAGE_SIZE / 2; /* as tmpfs */
    inode_get(below->root->inode);
    struct overlay_inode *root = overlay_new_seen(sb, NULL, below->root->inode);
    return root != NULL && super_set_root(sb, &root->inode) == 0 ? sb : NULL;
}
