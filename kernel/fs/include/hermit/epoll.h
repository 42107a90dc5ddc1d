/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of watched files (epoll(7)). A set is a file; its items name a file and the descriptor by
 * which it was added, and hold no reference of it: the last close of a file takes its items out of
 * all sets.
 */
#ifndef HERMIT_EPOLL_H
#define HERMIT_EPOLL_H

#include <hermit/file.h>

struct epoll_event;

/* A new set, empty. 0 or −ENOMEM. */
int epoll_create(struct file **file);

/* True if the file is a set. */
bool file_is_epoll(const struct file *f);

/*
 * EPOLL_CTL_ADD, _MOD, _DEL of `f` as descriptor fd. `event`: of the kernel, unused by _DEL. 0,
 * −EPERM (f cannot be polled), −EINVAL (no set, f itself, an operation or flags that are none, too
 * many ways of a wake-up), −EEXIST, −ENOENT, −ELOOP (sets that watch each other, or too deep),
 * −ENOMEM. Takes the set's lock.
 */
int epoll_change(struct file *set, int op, struct file *f, int fd, const struct epoll_event *event);

/*
 * Waits until files are ready, or the deadline (ns, monotonic; 0: not at all), and stores up to
 * `max` events. How many; −EINTR; −EFAULT: the first one could not be stored, and none is lost;
 * −EINVAL: no set.
 */
long epoll_wait_events(struct file *set, struct epoll_event __user *events, int max,
                       uint64_t deadline);

#endif
