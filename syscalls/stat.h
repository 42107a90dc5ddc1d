/* SPDX-License-Identifier: BSD-3-Clause */
/* What stat(2) and its kin share. */
#ifndef SYSCALLS_STAT_H
#define SYSCALLS_STAT_H

#include <hermit/file.h>

struct stat;

/* Attributes of an open file; any kind. */
int file_stat(struct file *f, struct statx *st);

/* … in the layout of stat(2) (asm/stat.h), to the application. 0 or −EFAULT. */
long stat_to_user(const struct statx *st, struct stat __user *user);

#endif
