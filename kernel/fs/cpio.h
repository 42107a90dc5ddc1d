/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reader of cpio archives in the "newc" format (magic 070701, and 070702 with
 * checksums, which are not checked): a header of 110 characters with eight hex
 * digits a field, the name, padding to four bytes, the contents, padding again.
 * Ends with an entry TRAILER!!!, whose mode is 0, as a file may have that name, too. Zeros may
 * follow. No allocation, no locks.
 */
#ifndef FS_CPIO_H
#define FS_CPIO_H

#include <hermit/types.h>

struct cpio_entry {
    uint32_t ino, mode, uid, gid, nlink, mtime, dev_major, dev_minor, rdev_major, rdev_minor, check;
    const char *name; /* NUL-terminated, within the archive */
    size_t name_length;
    const char *data;
    size_t size;
};

struct cpio_reader {
    const char *at, *end;
    const char *error; /* the reason, after cpio_next() returned −EINVAL */
};

void cpio_start(struct cpio_reader *r, const void *archive, size_t size);

/* Reads the next entry: 1, 0 at the end, −EINVAL: not a cpio archive, or truncated. */
int cpio_next(struct cpio_reader *r, struct cpio_entry *e);

#endif
