/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Physical memory: takes RAM over from boot, hands out frames. Owns the descriptor
 * table and the buddy allocator behind `zone.lock`, which is a leaf lock. Single
 * frames go through a cache per core that is touched only by its core with
 * interrupts off, so the lock is taken once for 16 of them.
 *
 * Free memory has four floors, one for each purpose of a frame (enum frame_flags). Below
 * the highest, memory is short: allocation and freeing then bypass the cores' caches, so
 * that no frame taken or freed for one purpose is handed out for another.
 */
#include "frame_internal.h"
#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/frame_alloc.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/spinlock.h>

#define CACHE_SIZE  32
#define BATCH_ORDER 4
#define CACHE_BATCH (1U << BATCH_ORDER)
#define LOW_LIMIT   (0x100000UL >> PAGE_SHIFT)

static struct {
    struct spinlock lock; /* protects both allocators */
    struct buddy main;    /* memory above 1 MiB */
    struct buddy low;  /* memory below, which firmware tends to use: single frames, last resort */
    uint64_t total;    /* frames; constant after init */
    uint64_t floor[4]; /* frames held back, by flags >> 1; constant after init */
} zone = {.lock = SPINLOCK_INIT("frame_zone")};

/* Free memory was seen below the highest floor. A hint, on a cache line that is rarely written. */
static _Alignas(64) _Atomic bool memory_short;

struct frame *frame_table;

void (*frame_on_low)(void);

SMALL static void add_frames(uint64_t first, uint64_t end)
{
    if (first == 0)
        first = 1; /* never hand out physical address 0: hardware and firmware use that page */
    uint64_t middle = end <= LOW_LIMIT ? end : MAX(first, LOW_LIMIT);
    if (first < middle && !buddy_add_region(&zone.low, first, middle))
        return;
    if (!buddy_add_region(&zone.main, middle, end))
        return;
    zone.total += end - first;
}

static bool overlaps(const struct boot_region *r, paddr_t start, paddr_t end)
{
    return r->start < end && start < r->end;
}

/* Calls fn for the parts of RAM region `ram` that nothing occupies. */
SMALL static void for_each_free_part(const struct boot_region *ram,
                                     void (*fn)(paddr_t start, paddr_t end, void *arg), void *arg)
{
    paddr_t at = ram->start;
    while (at < ram->end) {
        paddr_t stop = ram->end;
        bool inside = false;
        for (unsigned i = 0; i < boot_info.nr_reserved; i++) {
            const struct boot_region *r = &boot_info.reserved[i];
            if (r->start <= at && at < r->end) {
                at = ALIGN_UP(r->end, PAGE_SIZE);
                inside = true;
            } else if (r->start >= at && overlaps(r, at, stop)) {
                stop = ALIGN_DOWN(r->start, PAGE_SIZE);
            }
        }
        if (!inside) {
            if (at < stop)
                fn(at, stop, arg);
            at = MAX(stop, at + PAGE_SIZE);
        }
    }
}

struct table_place {
    paddr_t size, at;
};

/* Puts the table at the upper end of the first free part above 1 MiB that can hold it. */
SMALL static void place_table(paddr_t start, paddr_t end, void *arg)
{
    struct table_place *p = arg;
    if (p->at == 0 && start >= LOW_LIMIT << PAGE_SHIFT && end - start >= p->size)
        p->at = end - p->size;
}

SMALL static void add_part(paddr_t start, paddr_t end, void *arg)
{
    const struct table_place *table = arg;
    if (table->at >= start && table->at < end)
        end = table->at; /* place_table took the upper end */
    add_frames(start >> PAGE_SHIFT, end >> PAGE_SHIFT);
}

void frame_init(void)
{
    paddr_t top = boot_info.nr_ram != 0 ? boot_info.ram[boot_info.nr_ram - 1].end : 0;
    struct table_place table = {
        .size = ALIGN_UP((top >> PAGE_SHIFT) * sizeof(struct frame), PAGE_SIZE)};
    for (unsigned i = 0; i < boot_info.nr_ram && table.at == 0; i++)
        for_each_free_part(&boot_info.ram[i], place_table, &table);
    if (table.at == 0)
        boot_fail("not enough memory");
    frame_table = phys_to_virt(table.at);
    buddy_init(&zone.main, frame_table);
    buddy_init(&zone.low, frame_table);
    for (unsigned i = 0; i < boot_info.nr_ram; i++)
        for_each_free_part(&boot_info.ram[i], add_part, &table);
    uint64_t least = MIN(zone.total / 32, 64UL); /* `hello` runs in 1.5 MiB */
    uint64_t critical = MIN(MAX(zone.total / 64, least), 4096UL);
    uint64_t margin = MIN(MAX(zone.total / 32, least), 8192UL);
    zone.floor[FRAME_FAULT >> 1] = critical;
    zone.floor[FRAME_FREEING >> 1] = critical + margin / 2;
    zone.floor[0] = critical + margin;
}

void frame_cpu_init(struct frame_cpu *fc)
{
    fc->nr = 0;
}

/* poke(): frame_stats() of another core reads the number. */
static inline void cache_push(struct frame_cpu *fc, paddr_t pa)
{
    fc->frame[fc->nr] = pa;
    poke(fc->nr, fc->nr + 1);
}

static inline paddr_t cache_pop(struct frame_cpu *fc)
{
    poke(fc->nr, fc->nr - 1);
    return fc->frame[fc->nr];
}

/* Splits a whole block when there are no single free frames: cheaper than one by one. */
static void refill_from_block(struct frame_cpu *fc)
{
    uint32_t pfn = buddy_alloc(&zone.main, BATCH_ORDER);
    if (pfn == PFN_NONE)
        return;
    buddy_split_used(&zone.main, pfn);
    for (unsigned i = CACHE_BATCH; i-- > 0;) /* so that they are handed out in ascending order */
        cache_push(fc, (paddr_t)(pfn + i) << PAGE_SHIFT);
}

/* Free frames that an allocation with these flags must leave. */
static uint64_t floor_of(unsigned flags)
{
    return zone.floor[(flags & FRAME_CRITICAL) >> 1];
}

/* Updates memory_short after a change of nr_free. zone.lock held. Hysteresis: the shortage ends
 * only an eighth above the floor, so that the flag does not flip at each allocation. */
static void note_shortage(void)
{
    uint64_t free = zone.main.nr_free, floor = zone.floor[0];
    bool before = atomic_load_explicit(&memory_short, memory_order_relaxed);
    bool now = free <= floor || (before && free <= floor + floor / 8);
    if (unlikely(peek(frame_on_low) != NULL) && free <= 2 * floor)
        peek(frame_on_low)();
    if (now != before)
        atomic_store_explicit(&memory_short, now, memory_order_relaxed);
}

/* Moves up to CACHE_BATCH frames into the empty cache. Interrupts off. */
static __attribute__((noinline)) void refill(struct frame_cpu *fc, unsigned flags)
{
    unsigned long irq = spin_lock(&zone.lock);
    uint64_t floor = zone.floor[0];
    while (fc->nr < CACHE_BATCH && zone.main.head[0] != PFN_NONE && zone.main.nr_free > floor)
        cache_push(fc, (paddr_t)buddy_alloc(&zone.main, 0) << PAGE_SHIFT);
    if (fc->nr == 0 && zone.main.nr_free >= floor + CACHE_BATCH)
        refill_from_block(fc);
    if (fc->nr == 0) { /* memory is short or fragmented */
        uint32_t pfn = zone.main.nr_free > floor_of(flags) ? buddy_alloc(&zone.main, 0) : PFN_NONE;
        if (pfn == PFN_NONE)
            pfn = buddy_alloc(&zone.low, 0);
        if (pfn != PFN_NONE)
            cache_push(fc, (paddr_t)pfn << PAGE_SHIFT);
    }
    note_shortage();
    spin_unlock(&zone.lock, irq);
}

static paddr_t alloc_single(unsigned flags)
{
    paddr_t pa = FRAME_NONE;
    unsigned long irq = arch_irq_save();
    struct frame_cpu *fc = cpu_frames(this_cpu());
    if (unlikely(fc->nr == 0))
        refill(fc, flags);
    if (likely(fc->nr != 0))
        pa = cache_pop(fc);
    arch_irq_restore(irq);
    return pa;
}

static paddr_t alloc_block(unsigned order, unsigned flags)
{
    uint32_t pfn = PFN_NONE;
    unsigned long irq = spin_lock(&zone.lock);
    if (zone.main.nr_free >= floor_of(flags) + (1UL << order))
        pfn = buddy_alloc(&zone.main, order);
    note_shortage();
    spin_unlock(&zone.lock, irq);
    return pfn == PFN_NONE ? FRAME_NONE : (paddr_t)pfn << PAGE_SHIFT;
}

paddr_t frame_alloc(unsigned order, unsigned flags)
{
    if (order > FRAME_ORDER_MAX)
        return FRAME_NONE;
    paddr_t pa = order == 0 ? alloc_single(flags) : alloc_block(order, flags);
    if (pa != FRAME_NONE && flags & FRAME_ZERO)
        zero_frames(pa, order);
    return pa;
}

static void free_to_buddy(paddr_t pa)
{
    uint32_t pfn = (uint32_t)(pa >> PAGE_SHIFT);
    buddy_free(pfn < LOW_LIMIT ? &zone.low : &zone.main, pfn);
}

void frame_free(paddr_t pa, unsigned order)
{
    struct frame *f = frame_of(pa);
    ASSERT(f->kind != FRAME_KIND_FREE && f->order == order);
    if (order != 0 || pa >> PAGE_SHIFT < LOW_LIMIT ||
        unlikely(atomic_load_explicit(&memory_short, memory_order_relaxed))) {
        unsigned long irq = spin_lock(&zone.lock);
        free_to_buddy(pa);
        note_shortage();
        spin_unlock(&zone.lock, irq);
        return;
    }
    unsigned long irq = arch_irq_save();
    struct frame_cpu *fc = cpu_frames(this_cpu());
    if (unlikely(fc->nr == CACHE_SIZE)) {
        unsigned long inner = spin_lock(&zone.lock);
        while (fc->nr > CACHE_BATCH)
            free_to_buddy(cache_pop(fc));
        spin_unlock(&zone.lock, inner);
    }
    f->kind = FRAME_KIND_USED;
    atomic_store_explicit(&f->refs, 1, memory_order_relaxed); /* for its next allocation */
    cache_push(fc, pa);
    arch_irq_restore(irq);
}

void frame_get(paddr_t pa)
{
    atomic_fetch_add_explicit(&frame_of(pa)->refs, 1, memory_order_relaxed);
}

void frame_put(paddr_t pa, unsigned order)
{
    _Atomic uint32_t *refs = &frame_of(pa)->refs;
    /* The only holder needs no atomic decrement: nobody else can take a reference meanwhile. */
    if (atomic_load_explicit(refs, memory_order_acquire) != 1 &&
        atomic_fetch_sub_explicit(refs, 1, memory_order_acq_rel) != 1)
        return;
    frame_free(pa, order);
}

void frame_split(paddr_t pa)
{
    unsigned long irq = spin_lock(&zone.lock);
    buddy_split_used(&zone.main, (uint32_t)(pa >> PAGE_SHIFT));
    spin_unlock(&zone.lock, irq);
}

/* True if the block is whole; then one reference was dropped, and *last says if it was the last. */
static bool put_whole(paddr_t pa, unsigned order, bool *last)
{
    struct frame *f = frame_of(pa);
    unsigned long irq = spin_lock(&zone.lock); /* of frame_split(), too */
    bool whole = f->order == order;
    if (whole)
        *last = atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) == 1;
    spin_unlock(&zone.lock, irq);
    return whole;
}

void frame_put_block(paddr_t pa, unsigned order)
{
    bool last = false;
    if (order == 0) {
        frame_put(pa, 0);
    } else if (!put_whole(pa, order, &last)) {
        for (size_t i = 0; i < 1UL << order; i++)
            frame_put(pa + i * PAGE_SIZE, 0);
    } else if (last) {
        frame_free(pa, order); /* nobody else knows it any more */
    }
}

bool frame_plenty(void)
{
    return peek(zone.main.nr_free) > zone.total / 4;
}

bool frame_low(void)
{
    return peek(zone.main.nr_free) <= 2 * zone.floor[0];
}

uint64_t frame_total(void)
{
    return zone.total;
}

void frame_stats(struct frame_stats *st)
{
    unsigned long irq = spin_lock(&zone.lock);
    uint64_t free = zone.main.nr_free + zone.low.nr_free;
    st->total = zone.total << PAGE_SHIFT;
    spin_unlock(&zone.lock, irq);
    for (unsigned i = 0; i < nr_cpus; i++)
        if (cpus[i] != NULL)
            free += peek(cpu_frames(cpus[i])->nr);
    st->free = free << PAGE_SHIFT;
}
