/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: getdents64(2) and getdents(2). Entries are laid out in kernel memory,
 * because application memory must not be accessed under the file tree's lock. Takes the file's
 * pos_lock.
 */
#include "syscall.h"
#include <hermit/fd_table.h>
#include <hermit/kmalloc.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <hermit/vfs.h>

#include "handlers.h"

#define BUFFER_MAX 32768UL

struct entry { /* both layouts, without the name */
    uint64_t ino, off;
    uint16_t reclen;
} __attribute__((packed));

struct buffer {
    struct dir_sink sink;
    char *data;
    size_t used, size;
    bool old;  /* getdents: the type comes last */
    bool tiny; /* not even one entry fits */
};

static bool put_entry(struct dir_sink *sink, const char *name, size_t length, uint64_t ino,
                      unsigned type, uint64_t next_pos)
{
    struct buffer *b = container_of(sink, struct buffer, sink);
    size_t name_at = sizeof(struct entry) + (b->old ? 0 : 1);
    size_t reclen = ALIGN_UP(name_at + length + 1 + (b->old ? 1 : 0), (size_t)8);
    if (b->size - b->used < reclen) {
        b->tiny = b->used == 0;
        return false;
    }
    char *p = b->data + b->used;
    struct entry e = {ino, next_pos, (uint16_t)reclen};
    memset(p, 0, reclen);
    memcpy(p, &e, sizeof(e));
    p[b->old ? reclen - 1 : sizeof(e)] = (char)type;
    memcpy(p + name_at, name, length);
    b->used += reclen;
    return true;
}

/* Copies out as many whole entries as possible; the next call returns the rest. Returns 0, or
 * −EFAULT if not even one was copied. */
static int copy_entries(struct file *f, struct buffer *b, void __user *user)
{
    size_t copied = b->used - copy_to_user_partial(user, b->data, b->used), at = 0;
    struct entry e;
    if (copied == b->used)
        return 0;
    for (;;) {
        memcpy(&e, b->data + at, sizeof(e));
        if (at + e.reclen > copied)
            break;
        at += e.reclen;
        f->pos = e.off;
    }
    b->used = at;
    return at == 0 ? -EFAULT : 0;
}

/* On error the position is unchanged. */
static long read_entries(struct file *f, struct buffer *b, void __user *user)
{
    if (f->ops->readdir == NULL)
        return -ENOTDIR;
    mutex_lock(&f->pos_lock);
    uint64_t pos = f->pos;
    int err = f->ops->readdir(f, &b->sink);
    if (err == 0 && b->tiny)
        err = -EINVAL;
    if (err == 0)
        err = copy_entries(f, b, user);
    if (err != 0)
        f->pos = pos;
    mutex_unlock(&f->pos_lock);
    return err != 0 ? err : (long)b->used;
}

static long list_directory(int fd, void __user *user, unsigned size, bool old)
{
    struct buffer b = {.sink = {put_entry}, .size = MIN(size, BUFFER_MAX), .old = old};
    struct file *f = fd_get(fd);
    if (f == NULL)
        return -EBADF;
    b.data = kmalloc_for(b.size, FRAME_FAULT);
    long n = b.data == NULL ? -ENOMEM : read_entries(f, &b, user);
    kfree(b.data);
    file_put(f);
    return n;
}

long sys_getdents64(int fd, struct linux_dirent64 __user *entries, unsigned size)
{
    return list_directory(fd, entries, size, false);
}

long sys_getdents(int fd, struct linux_dirent __user *entries, unsigned size)
{
    return list_directory(fd, entries, size, true);
}
