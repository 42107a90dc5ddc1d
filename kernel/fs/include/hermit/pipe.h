/* SPDX-License-Identifier: BSD-3-Clause */
/* Pipes (pipe(7)). Calls hold a reference of the file, which holds its pipe (hermit/channel.h). */
#ifndef HERMIT_PIPE_H
#define HERMIT_PIPE_H

#include <hermit/file.h>

/* Both ends of a new pipe; flags: O_NONBLOCK, and O_DIRECT: packet mode. 0 or −ENOMEM. */
int pipe_create(unsigned flags, struct file *end[2]);

/* Another open file on f's pipe (/proc/self/fd). 0, −ENXIO (no pipe), −ENOMEM. */
int pipe_reopen(struct file *f, unsigned flags, struct file **file);

/* True for an end of a pipe, and for a FIFO. */
bool file_is_pipe(const struct file *f);

/* F_GETPIPE_SZ, F_SETPIPE_SZ (bytes): the size or −EBADF (no pipe), −EINVAL, −EPERM (more than
 * pipe_max_size), −EBUSY (holds more), −ENOMEM. */
long pipe_get_size(struct file *f);
long pipe_set_size(struct file *f, unsigned long size);

/* /proc/sys/fs/pipe-max-size: bytes that a pipe may be enlarged to. Relaxed: it is only a bound. */
extern _Atomic unsigned pipe_max_size;
/* The size that a request for `size` bytes gets, or −EINVAL. */
long pipe_round_size(unsigned long size);

#endif
