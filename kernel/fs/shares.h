/* SPDX-License-Identifier: BSD-3-Clause */
/* What the launcher shares, for the file systems that carry it. */
#ifndef FS_SHARES_H
#define FS_SHARES_H

struct super_block;

/* Gives a share its server: super_ops.connect. */
int shares_connect(struct super_block *sb);

#endif
