/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by stat(2), statx(2) and related calls. */
#ifndef SYSCALLS_STAT_H
#define SYSCALLS_STAT_H

#include <hermit/file.h>

struct stat;

/* Attributes of an open file of any kind. 0 or −errno. */
int file_stat(struct file *f, struct statx *st);

/* Stores `st` in the layout of stat(2) (asm/stat.h). 0 or −EFAULT. */
long stat_to_user(const struct statx *st, struct stat __user *user);

#endif
