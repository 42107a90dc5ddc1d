/* SPDX-License-Identifier: BSD-3-Clause */
/* The descriptor table: the process's open files by number. docs/concurrency.md, "Descriptors". */
#ifndef HERMIT_FD_TABLE_H
#define HERMIT_FD_TABLE_H

#include <hermit/file.h>

/*
 * Descriptor table (one per process). Look-ups take no lock and return the file with a reference;
 * NULL: −EBADF. fd_get() also returns NULL for files opened with O_PATH, fd_get_raw() does not.
 */
struct file *fd_get(int fd);
struct file *fd_get_raw(int fd);

/* The dentry of an open descriptor, with a reference; NULL: none. Takes no reference of the file,
 * so no last put can happen: vfs_lock may be held. */
struct dentry *fd_get_dentry(int fd);

#define FD_FIRST 64 /* descriptors below it have their slots in fd_first_slots */
extern _Atomic(struct file *) fd_first_slots[FD_FIRST];

/* fd_get() for hot calls; after NULL try fd_get(). Also returns files opened with O_PATH:
 * file_read() and file_write() reject them. */
static inline struct file *fd_get_fast(int fd)
{
    if (unlikely((unsigned)fd >= FD_FIRST))
        return NULL;
    _Atomic(struct file *) *slot = &fd_first_slots[fd];
    struct file *f = atomic_load_explicit(slot, memory_order_acquire);
    if (unlikely(f == NULL || !file_try_get(f)))
        return NULL;
    if (likely(atomic_load_explicit(slot, memory_order_relaxed) == f))
        return f;
    file_put(f);
    return NULL;
}

/* Installs f at the lowest free descriptor ≥ min. fd or −EMFILE/−ENOMEM/−EINVAL; takes over the
 * reference on success only. */
int fd_install(struct file *f, int min, bool cloexec);
/* The same in two steps: reserve (not visible yet), then publish, which takes over the reference,
 * or cancel. */
int fd_reserve(int min, bool cloexec);
void fd_publish(int fd, struct file *f);
void fd_cancel(int fd);
/* Installs f at `fd` (dup2) and closes the file that was there. Takes its own reference. fd,
 * −EBADF, −EBUSY, −ENOMEM. */
SMALL int fd_replace(int fd, struct file *f, bool cloexec);
/* 0; −EBADF; or an error of the file, whose descriptor is closed all the same. */
int fd_close(int fd);
/* Lowest open descriptor ≥ fd, −1: none. */
int fd_next(int fd);
/* Close-on-exec flag: only stored, as there is no exec. 0/1 or −EBADF. */
int fd_get_cloexec(int fd);
SMALL int fd_set_cloexec(int fd, bool on);

/* Opens descriptors 0, 1, 2 on the console streams. At boot. */
SMALL void stdio_init(void);

#endif
