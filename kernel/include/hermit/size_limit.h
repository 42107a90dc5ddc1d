/* SPDX-License-Identifier: BSD-3-Clause */
/* How large a regular file may become: RLIMIT_FSIZE and the largest offset. */
#ifndef HERMIT_SIZE_LIMIT_H
#define HERMIT_SIZE_LIMIT_H

#include <hermit/types.h>

/* Cuts *n bytes at pos to what may be written. 0, or −EFBIG: none; SIGXFSZ is sent if that is the
 * limit's doing. pos ≤ INT64_MAX. */
int size_limit_write(uint64_t pos, size_t *n);

/* 0 or −EFBIG, as above: the file's size is to change. */
int size_limit_grow(uint64_t old_size, uint64_t new_size);

#endif
