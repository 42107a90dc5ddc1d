/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Internals of the address space, shared by the files vm_*.c.
 *
 * Locking: mm.lock to change VMAs or to look at more than one. Page faults, and other
 * code that needs only the VMA of one address, enter that VMA instead (mm_enter())
 * and take no lock. Page tables follow the rule in arch/paging.h.
 */
#ifndef MM_MM_H
#define MM_MM_H

#include "vma.h"
#include <arch/layout.h>
#include <hermit/percpu.h>
#include <hermit/pt_batch.h>
#include <hermit/rlimit.h>
#include <hermit/wait.h>
#include <linux/errno.h>
#include <linux/resource.h>

#define MM_ALWAYS_THERE (128 * PAGE_SIZE) /* less than any machine has */

/* VMAs that a moving mapping may need. Linux's checks differ by call: a split needs fewer VMAs than
 * VM_MAP_COUNT_MAX, a new mapping no more than that, a move room for this many. */
#define MM_MAP_ROOM_TO_MOVE 3

struct mm {
    struct vma_tree tree;
    vaddr_t mmap_base;          /* mappings are placed below, constant after the stack is made */
    vaddr_t brk_start, brk_end; /* the heap: [brk_start, brk_end) */
    struct vma *held;           /* list of held VMAs, linked by next_held */
    uint64_t mapped;            /* bytes */
    _Atomic uint64_t peak;      /* highest resident count seen, frames */
    unsigned default_flags;     /* of new areas, see vm_lock_future() */
};
extern struct mm mm;

/* mm_lock.c: mm.lock, a sleeping lock. */
void mm_lock(void);
void mm_unlock(void);

/*
 * Enters the VMA that `addr` lies in and returns it; NULL: none. Until mm_leave() its pages are
 * not unmapped: only code that entered it too works on them. Its bounds may change: it may grow,
 * or lose a part whose pages are unmapped only after mm_leave(). Costs one atomic operation on a
 * cache line of this core. Before it leaves, the caller must not sleep, touch the application's
 * memory or enter again.
 */
struct vma *mm_enter(vaddr_t addr);
static inline void mm_leave(void)
{
    _Atomic vaddr_t *fault = &cpu_vm(this_cpu())->fault;
    ASSERT(load_relaxed(fault) != 0); /* a task in a VMA stays on its core */
    /* release: what the fault did; pairs with mm_drain() */
    atomic_store_explicit(fault, 0, memory_order_release);
}

/* Counts frames mapped into (n > 0) or unmapped from (n < 0) the address space. */
void mm_count_resident(long n);
uint64_t mm_resident(void); /* frames */
/* Updates the peak; call it before frames are uncounted. */
void mm_note_peak(void);

/* A zeroed VMA; NULL: out of memory. `flags`: enum frame_flags, FRAME_FREEING in calls that free
 * memory. */
struct vma *vma_alloc(unsigned flags);
void vma_free(struct vma *v);
/* Frees a list of VMAs linked by next and puts their files. May sleep; mm not locked. */
void vma_free_list(struct vma *list);

/* With mm locked: */

/* Around each change of the tree, or of a VMA in it; see vma.h. */
static inline void mm_change_begin(void);
static inline void mm_change_end(void);

/*
 * Waits for cores that entered a VMA at an address in [start, end) before the last change, or
 * were searching the tree then. Call it after removing a VMA, before freeing it, and after
 * shrinking one, before unmapping the part that it lost; the range is the VMA's old one.
 * Cores that enter later see the changed tree. May sleep.
 */
static inline void mm_drain(vaddr_t start, vaddr_t end);
void mm_wait_for_faults(vaddr_t start, vaddr_t end);
/*
 * Keeps faults out of `v`. Required before pages or permissions are taken from a VMA that
 * stays. On return nobody is in it, and nobody enters before mm_release(), which releases all
 * held VMAs; mm_unlock() calls it if needed. A held VMA may be split (the new one is not held)
 * or removed, but not freed before the unlock.
 */
void mm_hold(struct vma *v);
void mm_release(void);

/* Call before `addr` becomes a border of `v`: splits the huge page that spans `addr`, if any.
 * Holds `v` if there could be one, so that no fault installs one before the border exists. 0 or
 * −ENOMEM. */
static inline int mm_split_page(struct vma *v, vaddr_t addr);
/* Its slow path: `addr` lies in the middle of a huge page's range that is all in `v`. */
int mm_split_page_within(struct vma *v, vaddr_t addr);
/* Makes `addr` a border between VMAs. 0, or −ENOMEM: no memory, or too many VMAs. `flags`: as for
 * vma_alloc(). */
int mm_split_at(vaddr_t addr, unsigned flags);
/* Merges VMAs that touch each other within and at the edges of [start, end]. Removed ones go to
 * *removed. */
void mm_merge(vaddr_t start, vaddr_t end, struct vma **removed);
/* Unmaps [start, end); removed VMAs go to *removed, for vma_free_list() after the unlock. 0 or
 * −errno. */
int mm_unmap_locked(vaddr_t start, vaddr_t end, struct vma **removed);
/* Chooses a place for a mapping. */
static inline struct vma_gap mm_place(vaddr_t hint, size_t length, size_t align);
/* Its slow paths: the requested place, if it is free; any place, also above mmap_base, page
 * aligned. */
bool mm_place_at_hint(vaddr_t hint, size_t length, struct vma_gap *place);
struct vma_gap mm_place_anywhere(size_t length);
/* 0 or −ENOMEM: exceeds the machine's memory, or the limits. `flags`: enum vm_flags. */
static inline int mm_may_map(size_t length, unsigned flags, const struct file *file);
static inline int mm_may_expand(size_t more, unsigned flags);

/* Makes the pages of [start, end) present as a write (or read) would. 0 or −errno. mm not
 * locked. */
SMALL int mm_populate(vaddr_t start, vaddr_t end);
/* True if an area with these flags is populated as soon as it is mapped. */
static inline bool mm_locks_at_once(unsigned flags)
{
    return (flags & (VM_LOCKED | VM_LOCK_ONFAULT)) == VM_LOCKED;
}

/* vm_stack.c: room below the top of the main thread's stack where mappings are not placed. */
size_t mm_stack_room(void);
/* Grows the stack down to `addr`, where nothing is mapped. False: `addr` is not below the stack, or
 * the stack may not grow so far. Takes mm.lock. */
SMALL bool mm_grow_stack(vaddr_t addr);

/* One page fault inside `v`, which was entered. Results as vm_fault(), and −EAGAIN: the file must
 * bring the page in first. */
int fault_page(struct vma *v, vaddr_t addr, unsigned access, int *si_code);

/* vm_fill.c. NULL until there is a file that makes faults wait. Leaves `v`, in which a fault at
 * `addr` had a result below 0, and waits. 0: the fault can be tried again; else as vm_fault(). */
extern int (*vm_wait_in_fault)(struct vma *v, vaddr_t addr, int result, int *si_code);

/* Bits of an entry (arch/pte.h) for a page with `flags` (enum vm_flags); 0: no access. */
uint64_t mm_prot(unsigned flags);

/* Random bits for the layout. */
uint64_t mm_random(void);

/* The slow paths of the checks above. */
int mm_check_memory(size_t length, unsigned flags, const struct file *file);
int mm_check_data_limit(size_t more, unsigned flags);

static inline void mm_change_begin(void)
{
    vma_change_begin(&mm.tree);
}

static inline void mm_change_end(void)
{
    vma_change_end(&mm.tree);
}

static inline void mm_drain(vaddr_t start, vaddr_t end)
{
    if (nr_cpus > 1) /* else a fault is over before the core does anything else */
        mm_wait_for_faults(start, end);
}

static inline int mm_split_page(struct vma *v, vaddr_t addr)
{
    vaddr_t base = ALIGN_DOWN(addr, HUGE_PAGE_SIZE); /* a huge page never leaves its VMA */
    if (likely(base == addr || base < v->start || base + HUGE_PAGE_SIZE > v->end))
        return 0;
    return mm_split_page_within(v, addr);
}

static inline struct vma_gap mm_place(vaddr_t hint, size_t length, size_t align)
{
    struct vma_gap place;
    if (unlikely(hint != 0) && mm_place_at_hint(hint, length, &place))
        return place;
    place = vma_find_gap(&mm.tree, USER_MIN, mm.mmap_base, length, align);
    return likely(place.at != 0) ? place : mm_place_anywhere(length);
}

static inline int mm_may_map(size_t length, unsigned flags, const struct file *file)
{
    return likely(length <= MM_ALWAYS_THERE) ? 0 : mm_check_memory(length, flags, file);
}

static inline int mm_may_expand(size_t more, unsigned flags)
{
    if (unlikely(mm.mapped + more > rlimit_word(RLIMIT_AS)))
        return -ENOMEM;
    return likely(rlimit_word(RLIMIT_DATA) == RLIMIT_NONE) ? 0 : mm_check_data_limit(more, flags);
}

#endif
