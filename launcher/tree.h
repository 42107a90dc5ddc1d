/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The archive that is made of a folder (cpio.h describes the format). What it promises to the
 * kernel: a folder comes before its content; the root itself is "."; the names of a file with
 * several links share one inode number, and its data come with the first of them, the others being
 * empty; times are written as HERMIT_BOOT_FULL_TIMES (hermit/boot_abi.h) describes it.
 */
#ifndef LAUNCHER_TREE_H
#define LAUNCHER_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The size of the archive that tree_write would make of the folder `root`, in bytes. Opens
 * folders only, so that a tree of any size is asked about in no time. Returns 0, or −1 after one
 * line on stderr.
 */
int tree_count(const char *root, uint64_t *size);

/*
 * Writes the folder `root` as an archive to `out`, whose position must be a
 * multiple of 4. Sockets and device nodes are left out with a warning. Stores the
 * number of bytes written. Returns 0, or −1 after one line on stderr: that a file shrank, or that
 * `limit` bytes did not suffice, since the tree has grown, is such an error.
 */
int tree_write(FILE *out, const char *root, uint64_t limit, uint64_t *size);

/* True unless `path`, absolute inside the folder `root`, is known to be no folder there. */
bool tree_has_folder(const char *root, const char *path);

/* True if `path` lies in a folder that the kernel makes, whatever the root folder has. */
bool tree_is_made_up(const char *path);

#endif
