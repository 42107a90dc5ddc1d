/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The address space's VMAs: allocation, splitting, merging, placement, limits.
 * Owns struct mm; everything here runs with mm.lock held unless it says otherwise.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <arch/random.h>
#include <arch/time.h>
#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/entry.h>
#include <hermit/file.h>
#include <hermit/frame_alloc.h>
#include <hermit/kmalloc.h>
#include <hermit/percpu.h>
#include <hermit/rlimit.h>
#include <hermit/string.h>
#include <linux/errno.h>
#include <linux/resource.h>

#define RESCHED_EACH 32 /* VMAs removed between two calls of cond_resched() */

struct mm mm;
struct program_layout program_layout;

static struct kmem_cache *vma_cache;

struct vma *vma_alloc(unsigned flags)
{
    if (unlikely(vma_cache == NULL))
        vma_cache = kmem_cache_create("vma", sizeof(struct vma), 0);
    struct vma *v = kmem_cache_alloc(vma_cache, flags);
    if (v != NULL)
        *v = (struct vma){0};
    return v;
}

void vma_free(struct vma *v)
{
    kmem_cache_free(vma_cache, v);
}

void vma_free_list(struct vma *list)
{
    for (unsigned n = 1; list != NULL; n++) {
        struct vma *next = list->next;
        if (list->file != NULL)
            file_put(list->file);
        vma_free(list);
        if (n % RESCHED_EACH == 0)
            cond_resched();
        list = next;
    }
}

void mm_count_resident(long n)
{
    _Atomic long *count = &cpu_vm(this_cpu())->resident; /* only its own core writes it */
    long now = atomic_load_explicit(count, memory_order_relaxed);
    atomic_store_explicit(count, now + n, memory_order_relaxed);
}

/* Out of line: a loop, and seldom called. */
__attribute__((noinline)) uint64_t mm_resident(void)
{
    long sum = 0;
    for (unsigned i = 0; i < MAX_CPUS && cpus[i] != NULL; i++)
        sum += atomic_load_explicit(&cpu_vm(cpus[i])->resident, memory_order_relaxed);
    return sum > 0 ? (uint64_t)sum : 0;
}

void mm_note_peak(void)
{
    uint64_t now = mm_resident();
    if (now > atomic_load_explicit(&mm.peak, memory_order_relaxed))
        atomic_store_explicit(&mm.peak, now, memory_order_relaxed);
}

uint64_t mm_random(void)
{
    static uint64_t state;
    uint64_t word = 0;
    if (boot_info.block != NULL)
        memcpy(&word, boot_info.block->seed, sizeof(word));
    state += (word ^ arch_clock_ticks()) * 0x9e3779b97f4a7c15UL;
    if (arch_random64(&word))
        state ^= word;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
    return z ^ (z >> 31);
}

int mm_split_page_within(struct vma *v, vaddr_t addr)
{
    /* Held: no fault installs a huge page there before `addr` is a border, and `touched` does not
     * change: docs/concurrency.md, "Page faults". */
    mm_hold(v);
    return load_relaxed(&v->touched) ? pt_split(addr) : 0;
}

int mm_split_at(vaddr_t addr, unsigned flags)
{
    struct vma *v = vma_find(&mm.tree, addr);
    if (v == NULL || v->start >= addr)
        return 0;
    if (mm.tree.count >= VM_MAP_COUNT_MAX)
        return -ENOMEM;
    struct vma *upper = vma_alloc(flags);
    if (upper == NULL || mm_split_page(v, addr) != 0) {
        vma_free(upper);
        return -ENOMEM;
    }
    upper->start = addr;
    upper->end = v->end;
    upper->flags = v->flags & ~(unsigned)VM_STACK; /* only the lower part has the guard below */
    upper->name = v->name;
    upper->file = v->file;
    upper->delta = v->delta;
    if (v->file != NULL)
        file_get(v->file);
    mm_change_begin();
    poke(v->end, addr); /* no gap changes: `upper` takes over what `v` loses */
    vma_insert_below(&mm.tree, upper, vma_next(v));
    mm_change_end();
    mm_drain(v->start, upper->end);
    vma_touch_like(upper, v);
    return 0;
}

void mm_merge(vaddr_t start, vaddr_t end, struct vma **removed)
{
    struct vma *v = vma_find(&mm.tree, start != 0 ? start - 1 : 0);
    while (v != NULL && v->start <= end) {
        struct vma *next = vma_next(v);
        if (next == NULL || !vma_mergeable(v, next)) {
            v = next;
            continue;
        }
        mm_change_begin();
        poke(v->end, next->end); /* no gap changes; faults may go on in `next`: it is like `v` */
        vma_remove(&mm.tree, next);
        mm_change_end();
        mm_drain(next->start, next->end);
        vma_touch_like(v, next);
        next->next = *removed;
        *removed = next;
    }
}

/* The last VMA that starts below `end`, from `v` on. NULL: one of them belongs to the kernel. */
static struct vma *last_below(struct vma *v, vaddr_t end)
{
    for (struct vma *next;; v = next) {
        next = vma_next(v);
        if (v->flags & VM_KERNEL)
            return NULL;
        if (next == NULL || next->start >= end)
            return v;
    }
}

/* Does all steps that can fail, before anything is unmapped. `v` is the first VMA of the range. */
static int prepare_unmap(struct vma *v, vaddr_t start, vaddr_t end)
{
    struct vma *last = last_below(v, end);
    if (last == NULL)
        return -EPERM;
    if (v->start < start) {
        int err = mm_split_page(v, start);
        if (err != 0)
            return err;
        if (v->end > end)
            return mm_split_at(end, FRAME_FREEING);
    }
    return mm_split_page(last, end);
}

/* True if the page tables must be walked: a page was mapped, or a table is no longer needed. */
static bool needs_walk(bool touched, vaddr_t start, vaddr_t end, vaddr_t floor, vaddr_t ceiling)
{
    return touched || end - start >= HUGE_PAGE_SIZE || pt_is_spare(start, floor, ceiling) ||
           (start / HUGE_PAGE_SIZE != (end - 1) / HUGE_PAGE_SIZE &&
            pt_is_spare(end - 1, floor, ceiling));
}

/* Out of line: most calls of munmap do not need it, and it uses much stack. */
static __attribute__((noinline)) void unmap_pages(vaddr_t start, vaddr_t end, vaddr_t floor,
                                                  vaddr_t ceiling)
{
    struct pt_batch batch;
    pt_batch_begin(&batch);
    pt_unmap(&batch, start, end, floor, ceiling);
    pt_batch_end(&batch);
}

/* Result of take_out(): the old bounds of the VMAs, and the VMAs that were cut. */
struct cut {
    vaddr_t low, high;
    const struct vma *lower, *upper; /* VMA that lost its tail, its head; NULL: none */
    struct vma *above;               /* first VMA above the range; NULL: none */
};

/* Takes [start, end) out of the tree; `v` is its first VMA. Prepends removed VMAs to *removed. */
static inline struct cut take_out(struct vma *v, vaddr_t start, vaddr_t end, struct vma **removed)
{
    struct cut cut = {.low = v->start, .high = end};
    if (v->start < start) {
        mm.mapped -= v->end - start;
        mm_change_begin();
        vma_resize(v, v->start, start);
        mm_change_end();
        cut.lower = v;
        v = vma_next(v);
    }
    for (unsigned n = 1; v != NULL && v->end <= end; n++) {
        struct vma *next = vma_next(v);
        mm.mapped -= v->end - v->start;
        mm_change_begin(); /* once for each VMA: faults anywhere wait during a change */
        vma_remove(&mm.tree, v);
        mm_change_end();
        if (n % RESCHED_EACH == 0)
            cond_resched();
        v->next = *removed;
        *removed = v;
        v = next;
    }
    if (v != NULL && v->start < end) { /* a stack that loses its head loses its guard gap */
        mm.mapped -= end - v->start;
        mm_change_begin();
        v->flags &= ~(unsigned)VM_STACK;
        vma_resize(v, end, v->end);
        mm_change_end();
        cut.upper = v;
        cut.high = v->end;
    }
    cut.above = v;
    return cut;
}

int mm_unmap_locked(vaddr_t start, vaddr_t end, struct vma **removed)
{
    struct vma *v = vma_find(&mm.tree, start), *others = *removed;
    if (v == NULL || v->start >= end)
        return 0;
    int err = prepare_unmap(v, start, end);
    if (err != 0)
        return err;
    struct cut cut = take_out(v, start, end, removed);
    mm_drain(cut.low, cut.high);
    /* Drained: no fault is left in the VMAs taken out, so `touched` is final. */
    bool touched = (cut.lower != NULL && load_relaxed(&cut.lower->touched)) ||
                   (cut.upper != NULL && load_relaxed(&cut.upper->touched));
    for (v = *removed; v != others; v = v->next)
        touched |= load_relaxed(&v->touched);
    const struct vma *below = cut.above != NULL ? vma_prev(cut.above) : vma_last(&mm.tree);
    vaddr_t floor = below != NULL ? below->end : 0;
    vaddr_t ceiling = cut.above != NULL ? cut.above->start : USER_MAX;
    if (needs_walk(touched, start, end, floor, ceiling))
        unmap_pages(start, end, floor, ceiling);
    return 0;
}

bool mm_place_at_hint(vaddr_t hint, size_t length, struct vma_gap *place)
{
    if (hint < USER_MIN || hint >= USER_MAX || length > USER_MAX - hint)
        return false;
    struct vma *above = vma_find(&mm.tree, hint);
    size_t gap = above != NULL && above->flags & VM_STACK ? STACK_GUARD_GAP : 0;
    *place = (struct vma_gap){hint, above};
    return above == NULL || (above->start >= hint && above->start - hint >= length + gap);
}

struct vma_gap mm_place_anywhere(size_t length)
{
    struct vma_gap gap = vma_find_gap(&mm.tree, USER_MIN, mm.mmap_base, length, PAGE_SIZE);
    return gap.at != 0 ? gap : vma_find_gap(&mm.tree, USER_MIN, USER_MAX, length, PAGE_SIZE);
}

static bool is_data(unsigned flags)
{
    return (flags & (VM_WRITE | VM_SHARED | VM_STACK | VM_KERNEL)) == VM_WRITE;
}

int mm_check_data_limit(size_t more, unsigned flags)
{
    uint64_t data = more; /* counted only for the few programs that set a limit */
    if (!is_data(flags))
        return 0;
    for (const struct vma *v = vma_first(&mm.tree); v != NULL; v = vma_next(v))
        if (is_data(v->flags))
            data += v->end - v->start;
    return data > rlimit_word(RLIMIT_DATA) ? -ENOMEM : 0;
}

int mm_check_memory(size_t length, unsigned flags, const struct file *file)
{
    if (file != NULL && flags & VM_SHARED)
        return 0; /* the pages belong to the file, which accounts for them */
    /* Linux's overcommit mode 0: refuse only more than the machine has in all. */
    if (flags & VM_WRITE && !(flags & VM_NORESERVE) && length >> PAGE_SHIFT > frame_total())
        return -ENOMEM;
    return 0;
}
