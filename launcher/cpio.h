/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Archives in cpio's "newc" format (magic 070701, Linux's "initramfs buffer format" document):
 * 110 bytes of hexadecimal fields, the name, the data, each padded to four bytes. tree.h writes
 * them.
 */
#ifndef LAUNCHER_CPIO_H
#define LAUNCHER_CPIO_H

#include <stdint.h>
#include <stdio.h>

#define CPIO_HEADER_SIZE 110u
#define CPIO_TRAILER     "TRAILER!!!"          /* name of the entry that ends an archive */
#define CPIO_PADDING(n)  (-(uint64_t)(n) & 3u) /* bytes after n, up to the next multiple of 4 */

/* Opens the archive `path` and stores its size. Returns the descriptor, or −1 after one line. */
int cpio_open_archive(const char *path, uint64_t *size);

/* Checks the archive open at `fd` and appends it to `out`. Returns 0, or −1 after one line. */
int cpio_copy_archive(FILE *out, int fd, const char *path, uint64_t size);

/* Returns NULL if `data` is a complete newc archive, else the reason why not. */
const char *cpio_check(const uint8_t *data, uint64_t size);

#endif
