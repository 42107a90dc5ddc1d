/* SPDX-License-Identifier: BSD-3-Clause */
/* Pending signals as files (signalfd(2)). What is pending is the reader's, and the process's. */
#ifndef HERMIT_SIGNALFD_H
#define HERMIT_SIGNALFD_H

#include <hermit/file.h>
#include <hermit/signal.h>

/* SIGKILL and SIGSTOP are left out of the mask. flags: O_NONBLOCK. 0 or −ENOMEM. */
int signalfd_create(sigset mask, unsigned flags, struct file **file);

/* Replaces the mask. 0, or −EINVAL: not such a file. */
int signalfd_set_mask(struct file *f, sigset mask);

#endif
