/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: a backed file system for tests, in the debug kernel alone: /sys/kernel/debug/backed. Its
 * server lies in the kernel's memory, and /sys/kernel/debug/backed_server makes it slow, lets it
 * fail, and changes files as another machine would. What is written there, one command a write:
 *
 *     delay MICROSECONDS     each request takes that long
 *     valid MICROSECONDS     names and attributes are trusted that long
 *     fail ERRNO COUNT       so many requests fail
 *     fail_data ERRNO COUNT  … that read, write or sync data
 *     make NAME TEXT         a file of the root folder gets new contents, or is made
 *     remove NAME            … goes
 *
 * Reading it gives the numbers of requests so far, one kind a line.
 *
 * Lock: `server`, for all that the server has.
 */
#ifdef HERMIT_DEBUG
#include <hermit/atomic.h>
#include <hermit/kmalloc.h>
#include <hermit/locks.h>
#include <hermit/made_file.h>
#include <hermit/panic.h>
#include <hermit/string.h>
#include <hermit/timer.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "page_cache.h"
#include "proc.h"
#include "vfs_internal.h"

#define PIECE 4096L /* bytes of one request for data */

struct entry {
    struct entry *next;
    struct node *node; /* with a reference */
    uint64_t cookie;
    char name[NAME_MAX + 1];
};

/* A file as the server has it. */
struct node {
    unsigned refs; /* names, and the inode */
    struct inode_attr attr;
    uint64_t ino;
    char *data; /* of attr.size bytes; a link's target */
    struct entry *entries;
};

struct test_inode {
    struct inode inode;
    struct node *node; /* with a reference */
};

enum request { LOOKUP, GETATTR, CHANGE, READ, WRITE, SYNC, NR_REQUESTS };
static const char *const request_names[NR_REQUESTS] = {"lookup", "getattr", "change",
                                                       "read",   "write",   "sync"};
#define DATA_NS (NSEC_PER_SEC / 20) /* how long the contents of files are trusted */

static struct mutex server = MUTEX_INIT(server);
static struct super_block *test_super;
static struct node *root_node;
static uint64_t last_ino, last_cookie = 2;
static _Atomic uint64_t delay_ns, valid_ns;
static int fail_error, fail_data_error;
static unsigned fail_count, fail_data_count;
static _Atomic uint64_t requests[NR_REQUESTS];

static struct node *node_of(const struct inode *inode)
{
    return container_of(inode, struct test_inode, inode)->node;
}

/* A request has arrived: takes `server`, also when it fails. */
static int arrive(enum request kind)
{
    uint64_t delay = load_relaxed(&delay_ns);
    might_sleep();
    add_relaxed(&requests[kind], 1);
    if (delay != 0)
        sleep_until(clock_monotonic() + delay, 0);
    mutex_lock(&server);
    if (kind >= READ && fail_data_count > 0) {
        fail_data_count--;
        return fail_data_error;
    }
    if (fail_count == 0)
        return 0;
    fail_count--;
    return fail_error;
}

static int leave(int result)
{
    mutex_unlock(&server);
    return result;
}

static void node_put(struct node *n)
{
    if (--n->refs > 0)
        return;
    kfree(n->data);
    kfree(n);
}

static void node_touch(struct node *n)
{
    n->attr.mtime = n->attr.ctime = (int64_t)clock_realtime();
}

/* A file without a name, with one reference. */
static struct node *node_new(uint32_t mode)
{
    struct node *n = kzalloc(sizeof(*n));
    if (n == NULL)
        return NULL;
    n->refs = 1;
    n->ino = ++last_ino;
    n->attr.mode = mode;
    n->attr.nlink = S_ISDIR(mode) ? 2 : 1;
    node_touch(n);
    n->attr.atime = n->attr.btime = n->attr.mtime;
    return n;
}

static int node_resize(struct node *n, uint64_t size)
{
    if (size > n->attr.size) {
        char *data = krealloc(n->data, size);
        if (data == NULL)
            return -ENOSPC;
        memset(data + n->attr.size, 0, size - n->attr.size);
        n->data = data;
    }
    n->attr.size = size;
    node_touch(n);
    return 0;
}

static struct entry **find(struct node *dir, const struct name *name)
{
    struct entry **at = &dir->entries;
    while (*at != NULL && (strlen((*at)->name) != name->length ||
                           memcmp((*at)->name, name->text, name->length) != 0))
        at = &(*at)->next;
    return at;
}

/* Gives a file a name that is free; takes over the reference. */
static int enter(struct node *dir, const struct name *name, struct node *n)
{
    struct entry *e = kzalloc(sizeof(*e));
    if (e == NULL) {
        node_put(n);
        return -ENOSPC;
    }
    memcpy(e->name, name->text, name->length);
    e->node = n;
    e->cookie = ++last_cookie;
    *find(dir, name) = e;
    node_touch(dir);
    return 0;
}

static void drop(struct node *dir, struct entry **at)
{
    struct entry *e = *at;
    *at = e->next;
    e->node->attr.nlink -= S_ISDIR(e->node->attr.mode) ? 2 : 1;
    node_put(e->node);
    kfree(e);
    node_touch(dir);
}

static const struct file_ops no_data_ops = {.release = vfs_file_release};
static const struct inode_ops test_folder_ops, test_file_ops, test_link_ops, test_node_ops;

/* The inode of a file, with a reference; NULL: no memory. `server` is held. */
static struct inode *inode_of(struct node *n)
{
    struct inode *inode = inode_find(test_super, n->ino);
    if (inode == NULL) {
        inode = inode_alloc(test_super, n->attr.mode);
        if (inode == NULL)
            return NULL;
        container_of(inode, struct test_inode, inode)->node = n;
        n->refs++;
        inode->ino = n->ino;
        inode->fops = S_ISDIR(n->attr.mode)   ? &dir_file_ops
                      : S_ISREG(n->attr.mode) ? &cached_file_ops
                                              : &no_data_ops;
        inode->ops = S_ISDIR(n->attr.mode)   ? &test_folder_ops
                     : S_ISREG(n->attr.mode) ? &test_file_ops
                     : S_ISLNK(n->attr.mode) ? &test_link_ops
                                             : &test_node_ops;
        inode = inode_publish(inode);
    }
    inode_refresh(inode, &n->attr, inode_stamp(inode));
    return inode;
}

static int answer(struct node *n, struct found *found)
{
    *found = (struct found){.inode = n != NULL ? inode_of(n) : NULL,
                            .valid_ns = load_relaxed(&valid_ns)};
    return n != NULL && found->inode == NULL ? -ENOMEM : 0;
}

static int test_lookup(struct inode *dir, const struct name *name, struct inode *known,
                       struct found *found)
{
    (void)known;
    int err = arrive(LOOKUP);
    if (err == 0) {
        struct entry *e = *find(node_of(dir), name);
        err = answer(e != NULL ? e->node : NULL, found);
    }
    return leave(err);
}

static int make_node(struct node *dir, const struct new_file *file, struct found *found)
{
    if (*find(dir, &file->name) != NULL)
        return -EEXIST;
    struct node *n = node_new(file->mode);
    if (n == NULL)
        return -ENOSPC;
    n->attr.gid = file->gid;
    n->attr.rdev = file->rdev;
    if (file->target != NULL && node_resize(n, strlen(file->target)) == 0)
        memcpy(n->data, file->target, n->attr.size);
    int err = enter(dir, &file->name, n);
    return err != 0 ? err : answer(n, found);
}

static int test_make(struct inode *dir, const struct new_file *file, struct found *found)
{
    int err = arrive(CHANGE);
    return leave(err != 0 ? err : make_node(node_of(dir), file, found));
}

static int test_link(struct inode *dir, const struct name *name, struct inode *inode)
{
    int err = arrive(CHANGE);
    struct node *n = node_of(inode);
    if (err == 0 && *find(node_of(dir), name) != NULL)
        err = -EEXIST;
    if (err == 0) {
        n->refs++;
        err = enter(node_of(dir), name, n);
    }
    if (err == 0)
        n->attr.nlink++;
    return leave(err);
}

static int remove_name(struct node *dir, const struct name *name, bool folder)
{
    struct entry **at = find(dir, name);
    if (*at == NULL)
        return -ENOENT;
    if (S_ISDIR((*at)->node->attr.mode) != folder)
        return folder ? -ENOTDIR : -EISDIR;
    if ((*at)->node->entries != NULL)
        return -ENOTEMPTY;
    drop(dir, at);
    return 0;
}

static int test_remove(struct inode *dir, const struct name *name, struct inode *inode)
{
    int err = arrive(CHANGE);
    return leave(err != 0 ? err : remove_name(node_of(dir), name, inode_is_dir(inode)));
}

static int rename_node(const struct renaming *r)
{
    struct node *from = node_of(r->from_dir), *to = node_of(r->to_dir);
    struct entry **old = find(from, &r->from), **new = find(to, &r->to);
    if (*old == NULL)
        return -ENOENT;
    struct node *n = (*old)->node;
    if (r->flags & RENAME_EXCHANGE) {
        if (*new == NULL)
            return -ENOENT;
        (*old)->node = (*new)->node;
        (*new)->node = n;
        return 0;
    }
    if (*new != NULL && r->flags &RENAME_NOREPLACE)
        return -EEXIST;
    if (*new != NULL && (*new)->node->entries != NULL)
        return -ENOTEMPTY;
    if (*new != NULL)
        drop(to, new);
    n->refs++;
    n->attr.nlink += S_ISDIR(n->attr.mode) ? 2 : 1;
    drop(from, find(from, &r->from));
    return enter(to, &r->to, n);
}

static int test_rename(const struct renaming *r)
{
    int err = arrive(CHANGE);
    return leave(err != 0 ? err : rename_node(r));
}

static int test_getattr(struct inode *inode, struct statx *st)
{
    uint32_t stamp = inode_stamp(inode);
    int err = arrive(GETATTR);
    if (err == 0)
        inode_refresh(inode, &node_of(inode)->attr, stamp);
    if (err == 0 && st != NULL)
        inode_fill_stat(inode, st);
    return leave(err);
}

static int test_setattr(struct inode *inode, const struct attr_change *c)
{
    int err = arrive(CHANGE);
    struct node *n = node_of(inode);
    if (err == 0 && c->valid & ATTR_SIZE)
        err = node_resize(n, c->size);
    if (err != 0)
        return leave(err);
    if (c->valid & ATTR_MODE)
        n->attr.mode = (n->attr.mode & S_IFMT) | c->mode;
    if (c->valid & ATTR_UID)
        n->attr.uid = c->uid;
    if (c->valid & ATTR_GID)
        n->attr.gid = c->gid;
    if (c->valid & ATTR_ATIME)
        n->attr.atime = c->atime;
    if (c->valid & ATTR_MTIME)
        n->attr.mtime = c->mtime;
    return leave(0);
}

static ssize_t test_readlink(struct inode *inode, char *buf, size_t size)
{
    int err = arrive(LOOKUP);
    const struct node *n = node_of(inode);
    size_t length = MIN(n->attr.size, size);
    if (err == 0)
        memcpy(buf, n->data, length);
    return leave(err != 0 ? err : (int)length);
}

/* Positions: 0 ".", 1 "..", then cookies. */
static int test_iterate(struct file *f, struct dir_sink *sink)
{
    int err = arrive(LOOKUP);
    struct node *dir = node_of(f->inode);
    for (; err == 0 && f->pos < 2; f->pos++)
        if (!sink->emit(sink, "..", f->pos + 1, dir->ino, S_IFDIR >> 12, f->pos + 1))
            return leave(0);
    for (struct entry *e = dir->entries; err == 0 && e != NULL; e = e->next) {
        if (e->cookie < f->pos)
            continue;
        if (!sink->emit(sink, e->name, strlen(e->name), e->node->ino, e->node->attr.mode >> 12,
                        e->cookie + 1))
            break;
        f->pos = e->cookie + 1;
    }
    return leave(err);
}

static int test_renew(struct inode *inode, uint64_t since)
{
    (void)since; /* it is near */
    return test_getattr(inode, NULL);
}

static int test_open_file(struct file *f)
{
    int err = page_cache_open(f->inode);
    if (err == 0)
        page_cache_error_start(f);
    return err;
}

static void test_close_file(struct file *f)
{
    (void)f;
}

/* Copies up to n bytes at pos between a file and `bytes`. How many or −errno. */
static ssize_t move_bytes(struct node *n, uint64_t pos, char *bytes, size_t length, bool write)
{
    int err = arrive(write ? WRITE : READ);
    if (err == 0 && write && pos + length > n->attr.size)
        err = node_resize(n, pos + length);
    if (err == 0 && pos < n->attr.size) {
        length = MIN(length, n->attr.size - pos);
        memcpy(write ? n->data + pos : bytes, write ? bytes : n->data + pos, length);
    } else {
        length = 0;
    }
    if (err == 0 && write)
        node_touch(n);
    return leave(err != 0 ? err : (int)length);
}

/* The application's memory is not touched while `server` is held. */
static ssize_t move_data(struct inode *inode, struct io_cursor *io, uint64_t pos, bool write)
{
    char *bytes = kmalloc(PIECE);
    ssize_t done = 0, n = PIECE;
    if (bytes == NULL)
        return -ENOMEM;
    while (io->left > 0 && n == PIECE) {
        size_t length = MIN(io->left, (size_t)PIECE);
        if (write)
            length = io_copy_from(io, bytes, length);
        n = length > 0 ? move_bytes(node_of(inode), pos + (uint64_t)done, bytes, length, write)
                       : -EFAULT;
        if (n > 0 && !write && io_copy_to(io, bytes, (size_t)n) < (size_t)n)
            n = -EFAULT;
        if (n < 0 && write)
            io_rewind(io, length);
        done += n > 0 ? n : 0;
    }
    kfree(bytes);
    return done > 0 ? done : n == PIECE ? 0 : n;
}

static ssize_t test_read_data(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    return move_data(inode, io, pos, false);
}

static ssize_t test_write_data(struct inode *inode, struct io_cursor *io, uint64_t pos)
{
    return move_data(inode, io, pos, true);
}

static int test_sync_data(struct inode *inode, bool data_only)
{
    (void)inode;
    (void)data_only;
    return leave(arrive(SYNC));
}

static void test_evict(struct inode *inode)
{
    if (inode_is_link(inode))
        kfree(load_relaxed(&inode->link));
    if (inode_type(inode) == S_IFREG)
        page_cache_free(inode);
    mutex_lock(&server);
    node_put(node_of(inode));
    mutex_unlock(&server);
}

static const struct inode_ops test_folder_ops = {.lookup = test_lookup,
                                                 .iterate = test_iterate,
                                                 .make = test_make,
                                                 .link = test_link,
                                                 .remove = test_remove,
                                                 .rename = test_rename,
                                                 .getattr = test_getattr,
                                                 .setattr = test_setattr,
                                                 .renew = test_renew,
                                                 .evict = test_evict};
static const struct inode_ops test_file_ops = {.getattr = test_getattr,
                                               .setattr = test_setattr,
                                               .truncate = cached_truncate,
                                               .renew = test_renew,
                                               .open = test_open_file,
                                               .close = test_close_file,
                                               .read_data = test_read_data,
                                               .write_data = test_write_data,
                                               .sync_data = test_sync_data,
                                               .advise = page_cache_advise,
                                               .evict = test_evict};
static const struct super_ops test_super_ops = {.sync = page_cache_sync};
static const struct inode_ops test_link_ops = {.getattr = test_getattr,
                                               .readlink = test_readlink,
                                               .setattr = test_setattr,
                                               .evict = test_evict};
static const struct inode_ops test_node_ops = {
    .getattr = test_getattr, .setattr = test_setattr, .evict = test_evict};

/* The next word of a command, and *length; the words' end is at `end`. */
static const char *next_word(const char *at, const char *end, size_t *length)
{
    while (at < end && *at == ' ')
        at++;
    const char *from = at;
    while (at < end && *at != ' ' && *at != '\n')
        at++;
    *length = (size_t)(at - from);
    return from;
}

static bool is_word(const char *word, size_t length, const char *text)
{
    return strlen(text) == length && memcmp(word, text, length) == 0;
}

/* What another machine does to the root folder. */
static int change_behind(const struct name *name, const char *text, size_t n, bool make)
{
    struct entry **at = find(root_node, name);
    if (!make)
        return *at == NULL ? -ENOENT : (drop(root_node, at), 0);
    if (*at == NULL) {
        struct node *new = node_new(S_IFREG | 0644);
        int err = new == NULL ? -ENOMEM : enter(root_node, name, new);
        if (err != 0)
            return err;
        at = find(root_node, name);
    }
    int err = node_resize((*at)->node, n);
    if (err == 0)
        memcpy((*at)->node->data, text, n);
    return err;
}

static int store_server(const char *bytes, size_t n, uint64_t value)
{
    const char *end = bytes + n;
    size_t length, first_length, second_length;
    const char *word = next_word(bytes, end, &length);
    const char *first = next_word(word + length, end, &first_length);
    const char *second = next_word(first + first_length, end, &second_length);
    long number = proc_parse_number(first, first_length);
    int err = 0;
    (void)value;
    mutex_lock(&server);
    if (is_word(word, length, "delay")) {
        store_relaxed(&delay_ns, (uint64_t)number * 1000);
    } else if (is_word(word, length, "valid")) {
        store_relaxed(&valid_ns, (uint64_t)number * 1000);
    } else if (is_word(word, length, "fail")) {
        fail_error = -(int)number;
        fail_count = (unsigned)proc_parse_number(second, second_length);
    } else if (is_word(word, length, "fail_data")) {
        fail_data_error = -(int)number;
        fail_data_count = (unsigned)proc_parse_number(second, second_length);
    } else if (is_word(word, length, "make") || is_word(word, length, "remove")) {
        err =
            change_behind(&(struct name){first, first_length}, second, second_length, *word == 'm');
    } else {
        err = -EINVAL;
    }
    mutex_unlock(&server);
    return err;
}

static void show_server(struct text *t, uint64_t value)
{
    (void)value;
    for (unsigned i = 0; i < NR_REQUESTS; i++)
        text_printf(t, "%s %lu\n", request_names[i], load_relaxed(&requests[i]));
}

static const struct made_file server_file = {"backed_server", show_server, 0600, store_server};

void test_fs_mount(void)
{
    test_super = super_alloc("testfs", "test", 0x74657374);
    root_node = node_new(S_IFDIR | 0755);
    if (test_super == NULL || root_node == NULL)
        return;
    test_super->backed = true;
    test_super->ops = &test_super_ops;
    test_super->data_ns = DATA_NS;
    test_super->inode_size = sizeof(struct test_inode);
    struct inode *root = inode_of(root_node);
    if (root == NULL || super_set_root(test_super, root) != 0 ||
        vfs_mount("/sys/kernel/debug/backed", test_super) != 0)
        return;
    rwlock_write_lock(&vfs_lock);
    made_add(test_super->root->covers->parent, &server_file, 0);
    rwlock_write_unlock(&vfs_lock);
}
#endif
