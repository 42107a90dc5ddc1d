/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes an archive of a folder (cpio.h describes the format). Guarantees to the kernel: a folder
 * precedes its content; the root itself is "."; hard links to a file share one inode number, the
 * first one has the data and the others are empty; times are stored as HERMIT_BOOT_FULL_TIMES
 * (hermit/boot_abi.h) specifies.
 */
#ifndef LAUNCHER_TREE_H
#define LAUNCHER_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Stores the size in bytes of the archive that tree_write would make of the folder `root`. Opens
 * folders only, so it is fast whatever the files' sizes. Returns 0, or −1 after one line on stderr.
 */
int tree_count(const char *root, uint64_t *size);

/*
 * Writes the folder `root` as an archive to `out`, whose position must be a multiple of 4. Omits
 * sockets and device nodes with a warning. Stores the number of bytes written. Returns 0, or −1
 * after one line on stderr; fails also if a file shrank, or the tree outgrew `limit` bytes.
 */
int tree_write(FILE *out, const char *root, uint64_t limit, uint64_t *size);

/* False if `path`, absolute inside `root`, is certainly not a folder there. */
bool tree_has_folder(const char *root, const char *path);

/* True if `path` is in a folder that the kernel always creates. */
bool tree_is_made_up(const char *path);

#endif
