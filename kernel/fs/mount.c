/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: the list of file systems and the initial tree: the root from the boot
 * archive, /dev, /dev/shm, /proc, /sys, /tmp, the working folder. All are created at
 * the first use of a path, under start_lock, which is taken outside vfs_lock.
 */
#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/console.h>
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/process.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "change.h"
#include "overlay.h"
#include "vfs_internal.h"

struct dentry *vfs_root;
struct super_block *vfs_supers;
static struct dentry *cwd; /* vfs_lock */
static struct mutex start_lock = MUTEX_INIT(start_lock);
static _Atomic bool started;

struct super_block *super_alloc(const char *type, const char *source, uint64_t magic)
{
    static uint64_t last_dev = 16 /* smaller ones: files without a file system */;
    struct super_block *sb = kzalloc(sizeof(*sb));
    if (sb == NULL)
        return NULL;
    sb->type = type;
    sb->source = source;
    sb->magic = magic;
    sb->dev = ++last_dev;
    mutex_init(&sb->rename_lock, "rename_lock");
    spin_init(&sb->table_lock, "inode_table");
    return sb;
}

int super_set_root(struct super_block *sb, struct inode *root)
{
    root->fops = &dir_file_ops;
    sb->root = dentry_alloc(NULL, "", 0, root);
    if (sb->root == NULL)
        return -ENOMEM;
    sb->root->linked = true;
    return 0;
}

struct super_block *super_create(const char *type, const char *source, uint64_t magic,
                                 const struct inode_ops *root_ops, uint32_t mode)
{
    struct super_block *sb = super_alloc(type, source, magic);
    struct inode *inode = sb != NULL ? inode_alloc(sb, mode) : NULL;
    if (inode == NULL)
        return NULL;
    inode->ops = root_ops;
    return super_set_root(sb, inode) == 0 ? sb : NULL;
}

static void add_super(struct super_block *sb)
{
    struct super_block **end = &vfs_supers;
    while (*end != NULL)
        end = &(*end)->next;
    *end = sb;
}

static struct super_block *must(struct super_block *sb)
{
    if (sb == NULL)
        boot_fail("out of memory while making the file systems");
    add_super(sb);
    return sb;
}

/* What `name` in dir is, a link perhaps; made if it is missing (*made). Borrowed: nobody else uses
 * the tree that is being built. NULL: it cannot be had. vfs_lock for writing. */
static struct dentry *entry(struct dentry *dir, const char *name, uint32_t mode, const char *target,
                            bool *made)
{
    struct walk w = {.write = true};
    int err = walk_path(dir, name, WALK_PARENT, &w);
    *made = err == 0 && w.dentry == NULL;
    if (*made)
        err = change_make(&w, mode, 0, target);
    struct dentry *d = err == 0 ? w.dentry : NULL;
    walk_done(&w); /* under vfs_lock: none of these references is the last one */
    return d;
}

/* The directory `name` in dir; made if it is missing. */
static struct dentry *directory(struct dentry *dir, const char *name, uint32_t mode)
{
    bool made;
    struct dentry *d = entry(dir, name, S_IFDIR | mode, NULL, &made);
    if (d == NULL)
        boot_fail("the root folder's /%s cannot be had", name);
    if (!inode_is_dir(d->inode))
        boot_fail("the root folder's /%s is not a folder", name);
    return d;
}

static void mount_on(struct dentry *d, struct super_block *sb)
{
    d->mounted = sb->root;
    sb->root->covers = d;
    dentry_get(d);
}

/* The last string of the boot block: the first working folder. */
const char *vfs_boot_folder(void)
{
    const struct hermit_boot_block *block = boot_info.block;
    if (block == NULL || block->strings_size < 2)
        return "/";
    const char *strings = (const char *)block + block->strings_off;
    const char *last = strings + block->strings_size - 1; /* its NUL */
    while (last > strings && last[-1] != '\0')
        last--;
    return *last == '/' ? last : "/";
}

static void set_boot_folder(void)
{
    struct walk w = {.write = true};
    rwlock_write_lock(&vfs_lock);
    int err = walk_path(vfs_root, vfs_boot_folder(), WALK_DIRECTORY | WALK_UNCONNECTED, &w);
    if (err == 0 && w.dentry == NULL)
        err = -ENOENT;
    if (err != 0)
        boot_fail("working folder %s: %s", vfs_boot_folder(),
                  err == -ENOTDIR ? "not a folder" : "no such folder");
    cwd = w.dentry; /* with the walk's reference */
    w.dentry = NULL;
    rwlock_write_unlock(&vfs_lock);
    walk_done(&w);
}

/* The folder that the last name of a walk means; made if it is missing, in memory. 0 or −errno.
 * vfs_lock for writing. */
static int mount_folder(struct walk *w)
{
    if (w->dentry != NULL)
        return inode_is_dir(w->dentry->inode) ? 0 : -ENOTDIR;
    const struct inode *dir = w->parent->inode;
    if ((dir->sb->backed && !dir->sb->in_memory) || dir->ops->make == NULL)
        return -ENOENT;
    return change_make(w, S_IFDIR | 0755, 0, NULL);
}

/* The folder of an absolute path, with a reference; missing ones are made. */
static int make_folders(char *path, struct dentry **folder)
{
    int err = *path == '/' ? 0 : -ENOENT;
    for (char *end = path; err == 0 && *end != '\0';) {
        struct walk w = {.write = true};
        do
            end++;
        while (*end != '/' && *end != '\0');
        char next = *end;
        *end = '\0';
        rwlock_write_lock(&vfs_lock);
        err = walk_path(vfs_root, path, 0, &w);
        if (err == 0)
            err = mount_folder(&w);
        rwlock_write_unlock(&vfs_lock);
        *end = next;
        if (err == 0 && next == '\0') {
            *folder = w.dentry;
            w.dentry = NULL;
        }
        walk_done(&w);
    }
    return err;
}

int vfs_mount(const char *path, struct super_block *sb)
{
    size_t n = strlen(path);
    struct dentry *d = NULL;
    char *copy = kmalloc(n + 1);
    if (copy == NULL)
        return -ENOMEM;
    memcpy(copy, path, n + 1);
    int err = make_folders(copy, &d);
    kfree(copy);
    if (err != 0)
        return err;
    rwlock_write_lock(&vfs_lock);
    mount_on(d, sb);
    add_super(sb);
    rwlock_write_unlock(&vfs_lock);
    dentry_put(d);
    return 0;
}

/* The root folder, from the archive or above another file system: its size limit is the launcher's,
 * or half of memory. The archive's files always fit. */
static void make_root(struct super_block *below)
{
    const struct hermit_boot_block *block = boot_info.block;
    struct super_block *sb = must(below != NULL ? overlay_create(below) : ramfs_create("rootfs"));
    uint64_t more_inodes = sb->max_inodes;
    vfs_root = sb->root;
    if (below == NULL) {
        sb->max_inodes = 0;
        unpack_archive(vfs_root);
        sb->max_inodes = load_relaxed(&sb->used_inodes) + more_inodes;
    }
    if (block != NULL && block->root_pages != 0)
        sb->max_pages = block->root_pages == HERMIT_ROOT_UNLIMITED ? 0 : block->root_pages;
}

/* A file of /etc with that text, unless the root has one. Without memory for it there is none. */
static void add_text_file(struct dentry *etc, const char *name, const char *text)
{
    bool made;
    size_t n = strlen(text);
    struct dentry *file = entry(etc, name, S_IFREG | 0644, NULL, &made);
    if (file == NULL || !made)
        return;
    file->inode->source = text;
    store_relaxed(&file->inode->source_size, n);
    store_relaxed(&file->inode->size, n);
}

/* What a root without files of its own says of users, whose only one is root, and of hosts. Servers
 * look up the user that they want to run as. */
static void add_etc_files(void)
{
    bool made;
    const struct hermit_boot_block *block = boot_info.block;
    struct dentry *etc = entry(vfs_root, "etc", S_IFDIR | 0755, NULL, &made);
    if (etc == NULL || !inode_is_dir(etc->inode))
        return; /* out of memory, or the root has a link there */
    add_text_file(etc, "passwd",
                  "root:x:0:0:root:/:/bin/sh\n"
                  "nobody:x:65534:65534:nobody:/:/bin/false\n");
    add_text_file(etc, "group", "root:x:0:\nnogroup:x:65534:\n");
    if (block == NULL || !block->network.present)
        return;
    add_text_file(etc, "hosts",
                  "127.0.0.1\tlocalhost\n"
                  "::1\tlocalhost ip6-localhost ip6-loopback\n"
                  "127.0.1.1\thermit\n");
    /* The name server of the lease (kernel/net/proc_net.c). */
    (void)entry(etc, "resolv.conf", S_IFLNK | 0777, "/proc/net/pnp", &made);
}

/* The image's note says by this byte's section whether the tree is linked
 * (toolchain/hermit.lds). */
static const char tree_mark __attribute__((section(".rodata.tree_mark"))) = 1;

static void build_tree(struct super_block *below)
{
    __asm__(".reloc ., BFD_RELOC_NONE, %c0" ::"i"(&tree_mark)); /* no byte: keeps it linked */
    make_root(below);
    mount_on(directory(vfs_root, "proc", 0555), must(procfs_create()));
    mount_on(directory(vfs_root, "sys", 0555), must(sysfs_create()));
    struct super_block *dev = must(devfs_create());
    mount_on(directory(vfs_root, "dev", 0755), dev);
    struct super_block *shm = must(ramfs_create("tmpfs"));
    store_relaxed(&shm->root->inode->mode, S_IFDIR | 01777);
    mount_on(directory(dev->root, "shm", 01777), shm);
    directory(vfs_root, "tmp", 01777);
    add_etc_files();
}

static bool boot_flag(uint32_t flag)
{
    return boot_info.block != NULL && (boot_info.block->flags & flag) != 0;
}

void vfs_use_folder(void)
{
    static _Atomic bool told;
    if (unlikely(boot_flag(HERMIT_BOOT_FOLDER_WITHHELD)) && !load_relaxed(&told) &&
        !atomic_exchange_explicit(&told, true, memory_order_relaxed))
        console_folder_used();
}

/* The process has ended. */
static void tree_end(void)
{
    shares_end();
    lost_files_tell();
}

/* File systems of devices, whose servers may be asked, and what may lie in them. */
static void add_backed(void)
{
#ifdef HERMIT_DEBUG
    test_fs_mount();
#endif
    shares_mount();
    set_boot_folder();
    if (boot_flag(HERMIT_BOOT_LOST_FILES))
        lost_files_watch(cwd);
    /* Release, pairs with process_exit(): who sees the hook sees the tree. */
    atomic_store_explicit(&process_end_hooks[PROCESS_END_FILES], tree_end, memory_order_release);
}

void vfs_start(void)
{
    if (likely(atomic_load_explicit(&started, memory_order_acquire))) /* pairs: below */
        return;
    mutex_lock(&start_lock);
    if (!load_relaxed(&started)) {
        struct super_block *below = shares_below_root();
        rwlock_write_lock(&vfs_lock);
        build_tree(below);
        rwlock_write_unlock(&vfs_lock);
        add_backed();
        atomic_store_explicit(&started, true, memory_order_release);
    }
    mutex_unlock(&start_lock);
}

struct dentry *vfs_cwd_locked(void)
{
    dentry_get(cwd);
    return cwd;
}

struct dentry *vfs_cwd(void)
{
    vfs_start();
    rwlock_read_lock(&vfs_lock);
    struct dentry *d = vfs_cwd_locked();
    rwlock_read_unlock(&vfs_lock);
    return d;
}

void vfs_set_cwd(struct dentry *d)
{
    dentry_get(d);
    rwlock_write_lock(&vfs_lock);
    struct dentry *old = cwd;
    cwd = d;
    rwlock_write_unlock(&vfs_lock);
    dentry_put(old);
}
