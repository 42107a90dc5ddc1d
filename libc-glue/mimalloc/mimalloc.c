/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The default allocator: all of mimalloc in one object, built from upstream's sources as its own
 * src/static.c does, with Hermit's settings (settings.h) in place of options.c and stats.c, and
 * with the C library's names for it. mimalloc.patch says what differs inside upstream's files.
 *
 * A program that calls none of these names does not get this object. The names are weak: a program
 * may define malloc and its kin itself and leave some of them out.
 *
 * Threads: each has a heap of its own, made at its first call and given back by the destructor of
 * a pthread key; blocks freed by other threads travel through atomic lists. No locks.
 */
#include "mimalloc.h"

#include "mimalloc-internal.h"

#include "settings.h"

#include "src/random.c"

#include "src/os.c"

#include "src/bitmap.c"

#include "src/arena.c"

#include "src/segment-cache.c"

#include "src/segment.c"

#include "src/page.c"

#include "src/heap.c"

#include "src/alloc.c"

#include "src/alloc-aligned.c"

#include "src/alloc-posix.c"

#include "src/init.c"

/* Upstream leaves errno alone where the alignment is at fault. */
static void *aligned(size_t alignment, size_t size)
{
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    void *block = mi_malloc_aligned(size, alignment);
    if (block == NULL)
        errno = ENOMEM;
    return block;
}

#define PUBLIC           __attribute__((weak, visibility("default")))
#define PUBLIC_AS(inner) __attribute__((weak, visibility("default"), alias(#inner)))

PUBLIC_AS(mi_malloc) void *malloc(size_t size);
PUBLIC_AS(mi_calloc) void *calloc(size_t count, size_t size);
PUBLIC_AS(mi_realloc) void *realloc(void *block, size_t size);
PUBLIC_AS(mi_reallocarray) void *reallocarray(void *block, size_t count, size_t size);
PUBLIC_AS(mi_free) void free(void *block);
PUBLIC_AS(mi_posix_memalign) int posix_memalign(void **block, size_t alignment, size_t size);
PUBLIC_AS(mi_usable_size) size_t malloc_usable_size(void *block);

PUBLIC void *aligned_alloc(size_t alignment, size_t size)
{
    return aligned(alignment, size);
}

PUBLIC void *memalign(size_t alignment, size_t size)
{
    return aligned(alignment, size);
}

PUBLIC void *valloc(size_t size)
{
    return aligned(_mi_os_page_size(), size);
}
