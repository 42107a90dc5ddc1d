/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: /proc/<pid>/exe, the image's ELF file. The launcher has it and sends it on
 * request; the kernel keeps no copy before that. Following the link creates a file
 * in memory, opening it loads the whole contents, and the last reference frees it.
 *
 * Locks: image.lock (spin) protects image.inode, the current inode of the image;
 * loading runs under that inode's lock, requests to the launcher under ask_lock,
 * inside it.
 */
#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/console.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/sched.h>
#include <hermit/string.h>
#include <hermit/vm.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "proc.h"
#include "ramfs.h"

static struct {
    struct spinlock lock;
    struct inode *inode; /* without a reference: image_evict() clears it */
} image = {.lock = SPINLOCK_INIT("image_file")};

static struct mutex ask_lock = MUTEX_INIT(ask_lock);

/* Reads n bytes at offset, or just the size (n 0). Result as console_read_image(). */
static ssize_t ask(uint64_t offset, void *buf, size_t n, uint64_t *size)
{
    mutex_lock(&ask_lock);
    ssize_t got = console_read_image(offset, buf, n, size);
    mutex_unlock(&ask_lock);
    return got;
}

/* Adds pages with the n bytes at offset, a multiple of the page size. */
static int add_pages(struct inode *inode, uint64_t offset, const char *bytes, size_t n)
{
    int err = 0;
    for (size_t at = 0; at < n && err == 0; at += PAGE_SIZE) {
        paddr_t frame;
        err = ramfs_new_page(inode, (offset + at) / PAGE_SIZE, true, 0, &frame);
        if (err != 0)
            break;
        memcpy(phys_to_virt(frame), bytes + at, MIN(n - at, PAGE_SIZE));
        err = ramfs_insert(inode, (offset + at) / PAGE_SIZE, &frame);
        if (err == 0)
            frame_put(frame, 0);
    }
    return err;
}

/* Loads the whole file. inode->lock. */
static int load(struct inode *inode, uint64_t length)
{
    char *buf = kmalloc_for(HERMIT_IMAGE_PART_MAX, FRAME_FAULT);
    int err = buf == NULL ? -ENOMEM : 0;
    for (uint64_t at = 0; at < length && err == 0; at += HERMIT_IMAGE_PART_MAX) {
        uint64_t size, n = MIN(length - at, (uint64_t)HERMIT_IMAGE_PART_MAX);
        ssize_t got = ask(at, buf, n, &size);
        if (got >= 0)
            err = (uint64_t)got == n ? add_pages(inode, at, buf, n) : -EIO;
        else
            err = (int)got;
        if (cond_resched() && err == 0)
            err = -EINTR;
    }
    kfree(buf);
    if (err != 0)
        ramfs_drop_pages(inode);
    return err;
}

static int image_open(struct file *f)
{
    struct inode *inode = f->inode;
    int err = 0;
    if ((load_relaxed(&f->flags) & O_ACCMODE) != O_RDONLY)
        return -ETXTBSY;
    mutex_lock(&inode->lock);
    if (inode->pages.nr_pages == 0)
        err = load(inode, load_relaxed(&inode->size));
    mutex_unlock(&inode->lock);
    return err;
}

static void image_evict(struct inode *inode)
{
    unsigned long irq = spin_lock(&image.lock);
    if (image.inode == inode)
        image.inode = NULL;
    spin_unlock(&image.lock, irq);
    ramfs_drop_pages(inode);
    ramfs_uncharge_inode(inode->sb);
}

static const struct inode_ops image_inode_ops = {.open = image_open, .evict = image_evict};

static struct super_block image_super = {
    .type = "rootfs", .source = "rootfs", .dev = 2, .magic = TMPFS_MAGIC};

static int new_image(struct inode **inode)
{
    uint64_t size = 0;
    ssize_t err = ask(0, NULL, 0, &size);
    if (err < 0)
        return (int)err;
    *inode = ramfs_inode(&image_super, S_IFREG | 0755, 0, NULL);
    if (*inode == NULL)
        return -ENOMEM;
    (*inode)->ino = 1; /* the same each time */
    (*inode)->ops = &image_inode_ops;
    store_relaxed(&(*inode)->size, size);
    return 0;
}

/* The image's inode if one is in use, with a reference; NULL: none. */
static struct inode *used_image(void)
{
    unsigned long irq = spin_lock(&image.lock);
    struct inode *inode = image.inode != NULL && inode_try_get(image.inode) ? image.inode : NULL;
    spin_unlock(&image.lock, irq);
    return inode;
}

/* The image's inode, with a reference. */
static int find_image(struct inode **inode)
{
    *inode = used_image();
    if (*inode != NULL)
        return 0;
    int err = new_image(inode);
    if (err != 0)
        return err;
    unsigned long irq = spin_lock(&image.lock);
    if (image.inode == NULL)
        image.inode = *inode; /* else another thread was first: a second inode does no harm */
    spin_unlock(&image.lock, irq);
    return 0;
}

static int exe_open(struct inode *link, unsigned flags, struct file **file)
{
    struct inode *inode;
    (void)link;
    int err = find_image(&inode);
    if (err != 0)
        return err;
    /* In no directory, but with the image's path. */
    const char *name = vm_image_name[0] == '/' ? vm_image_name + 1 : "";
    struct dentry *d = dentry_alloc(vfs_root, name, strlen(name), inode);
    if (d == NULL) {
        inode_put(inode);
        return -ENOMEM;
    }
    d->linked = true;
    err = vfs_open_dentry(d, flags, TIME_FOREVER, file);
    dentry_put(d);
    return err;
}

/* For calls about the file itself: its contents are not needed. */
static struct file *exe_file(struct inode *link)
{
    struct file *file;
    return exe_open(link, O_PATH, &file) == 0 ? file : NULL;
}

static struct dentry *exe_follow(struct inode *link)
{
    (void)link;
    return NULL; /* it has no path: see exe_open() */
}

static ssize_t exe_text(struct inode *link, char *buf, size_t size)
{
    (void)link;
    return MIN(ksnprintf(buf, size, "%s", vm_image_name), (int)size - 1);
}

const struct inode_ops proc_exe_ops = {
    .readlink = exe_text, .follow = exe_follow, .open_link = exe_open, .linked_file = exe_file};

/* Appends the names of `path` to the absolute path in buf, of which `length` bytes are there. */
static size_t append(char *buf, size_t length, const char *path)
{
    while (*path != '\0') {
        size_t n = 0;
        while (path[n] != '\0' && path[n] != '/')
            n++;
        if (n == 2 && path[0] == '.' && path[1] == '.') {
            while (length > 0 && buf[--length] != '/')
                ;
        } else if (n > 0 && !(n == 1 && path[0] == '.') && length + 1 + n < PATH_MAX) {
            buf[length++] = '/';
            memcpy(buf + length, path, n);
            length += n;
        }
        path += n + (path[n] == '/');
    }
    return length;
}

/* The image need not be in the root folder: its path is argv[0], relative to the first working
 * folder. */
void proc_exe_init(void)
{
    const char *name = program_layout.name;
    char *path = kmalloc(PATH_MAX);
    if (path == NULL)
        return;
    size_t length = name[0] == '/' ? 0 : append(path, 0, vfs_boot_folder());
    length = append(path, length, name);
    path[length] = '\0';
    char *copy = krealloc(path, length + 1);
    if (length > 0)
        vm_image_name = copy != NULL ? copy : path;
}
