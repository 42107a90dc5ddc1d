/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Archives in cpio's "newc" format (magic 070701, as the Linux kernel's initramfs
 * buffer format describes it): 110 bytes of hexadecimal fields, the name, the
 * data, each padded to four bytes.
 *
 * What the writer promises to the kernel: a folder comes before its content; the
 * root itself is "."; the names of a file with several links share one inode
 * number, and its data come with the first of them, the others being empty; times
 * are written as HERMIT_BOOT_FULL_TIMES (hermit/boot_abi.h) describes it.
 */
#ifndef LAUNCHER_CPIO_H
#define LAUNCHER_CPIO_H

#include <stdint.h>
#include <stdio.h>

/*
 * The size of the archive that cpio_write_tree would make of the folder `root`, in bytes. Opens
 * folders only, so that a tree of any size is asked about in no time. Returns 0, or −1 after one
 * line on stderr.
 */
int cpio_count_tree(const char *root, uint64_t *size);

/*
 * Writes the folder `root` as an archive to `out`, whose position must be a
 * multiple of 4. Sockets and device nodes are left out with a warning. Stores the
 * number of bytes written. Returns 0, or −1 after one line on stderr: that a file shrank, or that
 * `limit` bytes did not suffice, since the tree has grown, is such an error.
 */
int cpio_write_tree(FILE *out, const char *root, uint64_t limit, uint64_t *size);

/* Opens the archive `path` and stores its size. Returns the descriptor, or −1 after one line. */
int cpio_open_archive(const char *path, uint64_t *size);

/*
 * Appends the archive open at `fd` to `out` once it has been found to be whole. Returns
 * 0, or −1 after one line.
 */
int cpio_copy_archive(FILE *out, int fd, const char *path, uint64_t size);

/* NULL if `data` is a complete newc archive, else what is wrong with it. */
const char *cpio_check(const uint8_t *data, uint64_t size);

#endif
