/* SPDX-License-Identifier: BSD-3-Clause */
/* Maximum size of regular files: RLIMIT_FSIZE and the largest offset. */
#ifndef HERMIT_SIZE_LIMIT_H
#define HERMIT_SIZE_LIMIT_H

#include <hermit/types.h>

/* Reduces *n to the bytes that may be written at pos. 0, or −EFBIG: none; RLIMIT_FSIZE also sends
 * SIGXFSZ. pos ≤ INT64_MAX. */
int size_limit_write(uint64_t pos, size_t *n);

/* The same for a change of the file's size: 0 or −EFBIG. */
int size_limit_grow(uint64_t old_size, uint64_t new_size);

#endif
