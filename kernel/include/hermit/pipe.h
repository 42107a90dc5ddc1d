/* SPDX-License-Identifier: BSD-3-Clause */
/* Pipes (pipe(7)). */
#ifndef HERMIT_PIPE_H
#define HERMIT_PIPE_H

#include <hermit/file.h>

/* Both ends of a new pipe; flags: O_NONBLOCK, O_DIRECT is not supported. 0 or −ENOMEM. */
int pipe_create(unsigned flags, struct file *end[2]);

/* Another open file on f's pipe (/proc/self/fd). 0, −ENXIO (no pipe), −ENOMEM. */
int pipe_reopen(struct file *f, unsigned flags, struct file **file);

/* F_GETPIPE_SZ, F_SETPIPE_SZ (bytes): the size or −EBADF (no pipe), −EINVAL, −EBUSY, −ENOMEM. */
long pipe_get_size(struct file *f);
long pipe_set_size(struct file *f, unsigned long size);

#endif
