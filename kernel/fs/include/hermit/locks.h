/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * File locks: flock(2), record locks of the process (POSIX) and of open files (OFD).
 * With a single process, POSIX locks conflict only with OFD locks.
 */
#ifndef HERMIT_LOCKS_H
#define HERMIT_LOCKS_H

#include <hermit/file.h>

/* F_GETLK, F_SETLK, F_SETLKW and their OFD forms on f, through descriptor `fd`; `user` is the
 * address of the struct flock. As fcntl(2). */
long lock_fcntl(struct file *f, int fd, unsigned cmd, unsigned long user);
long lock_flock(struct file *f, int how);

/* A descriptor was closed: drops the process's record locks on the file. 0. */
int locks_flush(struct file *f);
/* Drops the locks of an open file that is released. */
void locks_release(struct file *f);

#endif
