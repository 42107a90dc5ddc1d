/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks of files: flock(2), record locks of the process (POSIX) and of open files
 * (OFD). With one process POSIX locks meet only OFD locks.
 */
#ifndef HERMIT_LOCKS_H
#define HERMIT_LOCKS_H

#include <hermit/file.h>

/* F_GETLK, F_SETLK, F_SETLKW and their OFD forms by descriptor `fd` of f; `user` is the struct
 * flock. As fcntl(2). */
long lock_fcntl(struct file *f, int fd, unsigned cmd, unsigned long user);
long lock_flock(struct file *f, int how);

/* A descriptor was closed: the process's record locks on the file go. */
void locks_flush(struct file *f);
/* The open file is gone: so are its locks. */
void locks_release(struct file *f);

#endif
