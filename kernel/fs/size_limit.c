/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the rules for a file's size. No locks. */
#include <hermit/size_limit.h>

#include <hermit/rlimit.h>
#include <linux/errno.h>
#include <linux/resource.h>

#include <hermit/error_signal.h>

int size_limit_write(uint64_t pos, size_t *n)
{
    uint64_t limit = rlimit_word(RLIMIT_FSIZE);
    if (unlikely(pos >= limit))
        return error_signal(-EFBIG);
    if (unlikely(pos >= INT64_MAX))
        return -EFBIG;
    *n = MIN(*n, MIN(limit, (uint64_t)INT64_MAX) - pos);
    return 0;
}

int size_limit_grow(uint64_t old_size, uint64_t new_size)
{
    if (new_size > INT64_MAX)
        return -EFBIG;
    if (new_size > old_size && new_size > rlimit_word(RLIMIT_FSIZE))
        return error_signal(-EFBIG);
    return 0;
}
