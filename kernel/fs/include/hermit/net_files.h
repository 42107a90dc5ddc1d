/* SPDX-License-Identifier: BSD-3-Clause */
/* Folders of /proc and /sys about the network. kernel/net fills them; the file systems have their
 * places. */
#ifndef HERMIT_NET_FILES_H
#define HERMIT_NET_FILES_H

struct inode_ops;

extern const struct inode_ops net_proc_ops;    /* /proc/<pid>/net */
extern const struct inode_ops net_limits_ops;  /* /proc/sys/net */
extern const struct inode_ops net_class_ops;   /* /sys/class/net */
extern const struct inode_ops net_virtual_ops; /* /sys/devices/virtual/net */

#endif
