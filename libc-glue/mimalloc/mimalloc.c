/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The default allocator: all of mimalloc in one object, built from upstream's sources as its own
 * src/static.c does, with Hermit's settings (settings.h) in place of options.c and stats.c, and
 * with the C library's names for it. mimalloc.patch has the changes inside upstream's files.
 *
 * A program that calls none of these names does not get this object. The names are weak: a program
 * may define malloc and its kin itself and leave some of them out.
 *
 * Threads: each has a heap of its own, created at its first call and released by the destructor of
 * a pthread key; blocks freed by other threads are passed through atomic lists. No locks.
 */
#define _GNU_SOURCE /* mremap */
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

/* Upstream does not set errno for an invalid alignment. */
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

/*
 * Huge blocks, those with a segment of their own, grow and shrink by mremap(2).
 * Only in the thread whose heap owns the block: no other accesses its page and segment.
 */

/* Bytes of address space that os.c maps for a segment of `slices` slices. */
static size_t mapped_size(size_t slices)
{
    return _mi_os_good_alloc_size(slices * MI_SEGMENT_SLICE_SIZE);
}

/* The segment of a huge block that may be resized; NULL: not such a block. */
static mi_segment_t *resizable_segment(void *block)
{
    mi_segment_t *segment = _mi_ptr_segment(block);
    bool plain = segment->kind == MI_SEGMENT_HUGE && segment->memid == MI_MEMID_OS &&
                 segment->mem_align_offset == 0 && segment->mem_alignment == MI_SEGMENT_ALIGN;

    if (!plain || mi_atomic_load_relaxed(&segment->thread_id) != _mi_thread_id())
        return NULL;
    mi_page_t *page = _mi_segment_page_of(segment, block);
    return block == _mi_segment_page_start(segment, page, NULL) ? segment : NULL;
}

/* Reserves `size` bytes, segment-aligned, with room above to grow if possible. Else MAP_FAILED. */
static void *reserve_place(size_t size)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    char *hint = mi_os_get_aligned_hint(MI_SEGMENT_ALIGN, size + size / 2);
    char *place = hint == NULL ? MAP_FAILED : mmap(hint, size, PROT_NONE, flags, -1, 0);

    if (place != MAP_FAILED && _mi_is_aligned(place, MI_SEGMENT_ALIGN))
        return place;
    if (place != MAP_FAILED)
        munmap(place, size);
    char *all = mmap(NULL, size + MI_SEGMENT_ALIGN, PROT_NONE, flags, -1, 0);
    if (all == MAP_FAILED)
        return MAP_FAILED;
    place = mi_align_up_ptr(all, MI_SEGMENT_ALIGN);
    if (place != all)
        munmap(all, (size_t)(place - all));
    munmap(place + size, (size_t)(all + MI_SEGMENT_ALIGN - place));
    return place;
}

/* Remaps a segment from `old` to `size` bytes, moving it if necessary. MAP_FAILED: failed. */
static void *remap(mi_segment_t *segment, size_t old, size_t size)
{
    void *at = old == size ? segment : mremap(segment, old, size, 0);

    if (at != MAP_FAILED || size < old)
        return at;
    void *place = reserve_place(size);
    if (place == MAP_FAILED)
        return MAP_FAILED;
    at = mremap(segment, old, size, MREMAP_MAYMOVE | MREMAP_FIXED, place);
    if (at == MAP_FAILED)
        munmap(place, size);
    return at;
}

/* Updates the segment's header for its new size. `page`: its only page. */
static void set_slices(mi_segment_t *segment, mi_page_t *page, size_t slices)
{
    size_t block = (slices - segment->segment_info_slices) * MI_SEGMENT_SLICE_SIZE;

    segment->segment_slices = slices;
    segment->slice_entries = slices > MI_SLICES_PER_SEGMENT ? MI_SLICES_PER_SEGMENT : slices;
    page->slice_count = (uint32_t)(slices - segment->segment_info_slices);
    page->xblock_size = (uint32_t)(block > MI_HUGE_BLOCK_SIZE ? MI_HUGE_BLOCK_SIZE : block);
}

/* realloc for huge blocks that stay huge. NULL: left to mi_realloc(). */
static __attribute__((noinline)) void *resize_huge(void *block, size_t size)
{
    mi_segment_t *segment = size <= PTRDIFF_MAX ? resizable_segment(block) : NULL;
    if (segment == NULL || (size <= mi_usable_size(block) && size >= mi_usable_size(block) / 2))
        return NULL;
    mi_page_t *page = _mi_segment_page_of(segment, block);
    mi_heap_t *heap = mi_page_heap(page);
    mi_page_queue_t *queue = mi_page_queue_of(page);
    size_t old = segment->segment_slices, offset = (size_t)((char *)page - (char *)segment);
    size_t slices = mi_segment_calculate_slices(_mi_os_good_alloc_size(size), NULL, NULL);

    /* Pointers into the segment are removed before it moves, and restored afterwards. */
    mi_page_queue_remove(queue, page);
    _mi_segment_map_freed_at(segment);
    mi_segment_t *now = remap(segment, mapped_size(old), mapped_size(slices));
    bool ok = now != MAP_FAILED;
    if (!ok)
        now = segment;
    page = (mi_page_t *)((char *)now + offset);
    if (ok)
        set_slices(now, page, slices);
    now->cookie = _mi_ptr_cookie(now);
    _mi_segment_map_allocated_at(now);
    mi_page_queue_push(heap, queue, page);
    return ok ? _mi_segment_page_start(now, page, NULL) : NULL;
}

static void *resize(void *block, size_t size)
{
    void *same = NULL;

    if (block != NULL && size > MI_LARGE_OBJ_SIZE_MAX) {
        int error = errno;
        same = resize_huge(block, size);
        errno = error;
    }
    return same != NULL ? same : mi_realloc(block, size);
}

static void *resize_array(void *block, size_t count, size_t size)
{
    size_t total;

    return mi_count_size_overflow(count, size, &total) ? NULL : resize(block, total);
}

#define PUBLIC           __attribute__((weak, visibility("default")))
#define PUBLIC_AS(inner) __attribute__((weak, visibility("default"), alias(#inner)))

PUBLIC_AS(mi_malloc) void *malloc(size_t size);
PUBLIC_AS(mi_calloc) void *calloc(size_t count, size_t size);
PUBLIC_AS(resize) void *realloc(void *block, size_t size);
PUBLIC_AS(resize_array) void *reallocarray(void *block, size_t count, size_t size);
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
