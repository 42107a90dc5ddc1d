/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the inodes of backed file systems by number, and what a server says of them.
 *
 * Lock: sb->table_lock (spin). An inode in the table may have lost its last reference already: it
 * leaves the table before its memory goes, and who finds it there takes it for none.
 */
#include <hermit/atomic.h>
#include <hermit/vfs.h>

#include "vfs_internal.h"

/* The place of a number in the table; *link is NULL if it is free. */
static struct rb_node **place(struct super_block *sb, uint64_t ino, struct rb_node **above)
{
    struct rb_node **link = &sb->table.node;
    *above = NULL;
    while (*link != NULL) {
        const struct inode *inode = rb_entry(*link, struct inode, by_ino);
        if (inode->ino == ino)
            break;
        *above = *link;
        link = ino < inode->ino ? &(*link)->left : &(*link)->right;
    }
    return link;
}

/* table_lock */
static void take_out(struct inode *inode)
{
    if (inode->published)
        rb_remove(&inode->sb->table, &inode->by_ino, NULL);
    inode->published = false;
}

struct inode *inode_find(struct super_block *sb, uint64_t ino)
{
    struct rb_node *above;
    struct inode *found = NULL;
    unsigned long irq = spin_lock(&sb->table_lock);
    struct rb_node *node = *place(sb, ino, &above);
    if (node != NULL && inode_try_get(rb_entry(node, struct inode, by_ino)))
        found = rb_entry(node, struct inode, by_ino);
    spin_unlock(&sb->table_lock, irq);
    return found;
}

struct inode *inode_publish(struct inode *inode)
{
    struct super_block *sb = inode->sb;
    struct rb_node *above;
    struct inode *other = NULL;
    unsigned long irq = spin_lock(&sb->table_lock);
    struct rb_node *node = *place(sb, inode->ino, &above);
    if (node != NULL) {
        other = rb_entry(node, struct inode, by_ino);
        if (inode_type(other) != inode_type(inode) || !inode_try_get(other)) {
            take_out(other);
            other = NULL;
        }
    }
    if (other == NULL) {
        struct rb_node **link = place(sb, inode->ino, &above);
        rb_insert(&sb->table, above, link, &inode->by_ino, NULL);
        inode->published = true;
    }
    spin_unlock(&sb->table_lock, irq);
    if (other == NULL)
        return inode;
    inode_put(inode);
    return other;
}

void inode_forget(struct inode *inode)
{
    unsigned long irq = spin_lock(&inode->sb->table_lock);
    take_out(inode);
    spin_unlock(&inode->sb->table_lock, irq);
}

uint32_t inode_stamp(const struct inode *inode)
{
    /* Acquire, pairs with inode_changed(): what the server is asked after this is not older. */
    return atomic_load_explicit(&inode->changes, memory_order_acquire);
}

void inode_change_begin(struct inode *inode)
{
    unsigned long irq = spin_lock(&inode->sb->table_lock);
    inode->changing++;
    spin_unlock(&inode->sb->table_lock, irq);
}

void inode_change_end(struct inode *inode)
{
    unsigned long irq = spin_lock(&inode->sb->table_lock);
    atomic_fetch_add_explicit(&inode->changes, 1, memory_order_release); /* pairs: inode_stamp() */
    inode->changing--;
    spin_unlock(&inode->sb->table_lock, irq);
}

void inode_changed(struct inode *inode)
{
    unsigned long irq = spin_lock(&inode->sb->table_lock);
    atomic_fetch_add_explicit(&inode->changes, 1, memory_order_release); /* pairs: inode_stamp() */
    spin_unlock(&inode->sb->table_lock, irq);
}

void inode_set_size(struct inode *inode, uint64_t size)
{
    unsigned long irq = spin_lock(&inode->sb->table_lock);
    atomic_fetch_add_explicit(&inode->changes, 1, memory_order_release); /* pairs: inode_stamp() */
    /* Release: the bytes are there before; pairs with cached_file.c's read_piece(). */
    atomic_store_explicit(&inode->size, size, memory_order_release);
    spin_unlock(&inode->sb->table_lock, irq);
}

void inode_refresh(struct inode *inode, const struct inode_attr *attr, uint32_t stamp)
{
    store_relaxed(&inode->mode, inode_type(inode) | (attr->mode & 07777));
    store_relaxed(&inode->nlink, attr->nlink);
    store_relaxed(&inode->uid, attr->uid);
    store_relaxed(&inode->gid, attr->gid);
    store_relaxed(&inode->atime, attr->atime);
    store_relaxed(&inode->btime, attr->btime);
    unsigned long irq = spin_lock(&inode->sb->table_lock); /* against inode_set_size() */
    if (load_relaxed(&inode->changes) == stamp && inode->changing == 0) {
        store_relaxed(&inode->size, attr->size);
        store_relaxed(&inode->mtime, attr->mtime);
        store_relaxed(&inode->ctime, attr->ctime);
    }
    spin_unlock(&inode->sb->table_lock, irq);
}
