/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Archives in cpio's "newc" format (magic 070701, as the Linux kernel's initramfs
 * buffer format describes it): 110 bytes of hexadecimal fields, the name, the
 * data, each padded to four bytes. tree.h writes them.
 */
#ifndef LAUNCHER_CPIO_H
#define LAUNCHER_CPIO_H

#include <stdint.h>
#include <stdio.h>

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
