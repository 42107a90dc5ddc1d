/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kernel objects. A cache cuts blocks of frames (slabs) into objects of one size;
 * free objects of a slab are chained through themselves, its counters are in the
 * frame descriptor, so objects keep their natural alignment. In front of each
 * cache every core has a magazine of free objects, reached with interrupts off and
 * without a lock.
 *
 * Locks: cache->lock protects the slabs of a cache, caches.lock the table of
 * caches. Both are taken inside all other locks; only the frame allocator's lock is
 * taken inside them.
 */
#include "frame_internal.h"
#include <hermit/kmalloc.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/spinlock.h>
#include <hermit/string.h>

#define CHUNK    16     /* objects of a slab that are cut at a time */
#define SLAB_END 0xffff /* end of a slab's chain of free objects, which are counted in 16 bytes */

struct kmem_cache {
    struct spinlock lock; /* protects partial, nr_empty and the slabs' descriptors */
    uint32_t size;        /* bytes of an object */
    uint16_t objects;     /* in a slab */
    uint8_t order;        /* of a slab */
    uint8_t index;
    uint32_t partial; /* first frame of the first slab with free objects, PFN_NONE: none */
    uint32_t nr_empty;
};

static const uint16_t kmalloc_sizes[] = {16,  32,  48,  64,  96,   128,  192,
                                         256, 384, 512, 768, 1024, 1536, 2048};
#define NR_SIZES ARRAY_SIZE(kmalloc_sizes)

static struct {
    struct spinlock lock; /* protects nr and the creation of caches */
    unsigned nr;
    struct kmem_cache cache[KMEM_CACHES_MAX]; /* the first NR_SIZES are kmalloc's */
    uint8_t by_size[KMEM_OBJECT_MAX / 16 + 1];
} caches = {.lock = SPINLOCK_INIT("kmem_caches")};

static void cache_init(struct kmem_cache *c, unsigned index, uint32_t size)
{
    spin_init(&c->lock, "kmem_cache");
    c->size = size;
    c->index = (uint8_t)index;
    c->order = size > 512 ? 1 : 0;
    c->objects = (uint16_t)((PAGE_SIZE << c->order) / size);
    c->partial = PFN_NONE;
    c->nr_empty = 0;
}

void slab_init(void)
{
    unsigned index = 0;
    for (unsigned i = 0; i < NR_SIZES; i++)
        cache_init(&caches.cache[i], i, kmalloc_sizes[i]);
    for (unsigned units = 0; units < ARRAY_SIZE(caches.by_size); units++) {
        if (units * 16 > kmalloc_sizes[index])
            index++;
        caches.by_size[units] = (uint8_t)index;
    }
    caches.nr = NR_SIZES;
}

static void push_partial(struct kmem_cache *c, uint32_t pfn)
{
    struct frame *f = &frame_table[pfn];
    f->prev = PFN_NONE;
    f->next = c->partial;
    if (f->next != PFN_NONE)
        frame_table[f->next].prev = pfn;
    c->partial = pfn;
}

static void unlink_partial(struct kmem_cache *c, uint32_t pfn)
{
    struct frame *f = &frame_table[pfn];
    if (f->prev != PFN_NONE)
        frame_table[f->prev].next = f->next;
    else
        c->partial = f->next;
    if (f->next != PFN_NONE)
        frame_table[f->next].prev = f->prev;
}

static uint16_t *object_at(uint32_t pfn, unsigned units)
{
    return (uint16_t *)((char *)phys_to_virt((paddr_t)pfn << PAGE_SHIFT) + units * 16);
}

/* Chains the next CHUNK objects of a slab whose chain is empty. False: all are cut. */
static bool cut(const struct kmem_cache *c, uint32_t pfn)
{
    struct frame *f = &frame_table[pfn];
    unsigned units = c->size / 16, first = f->order * CHUNK;
    unsigned end = MIN(first + CHUNK, c->objects);
    if (first >= end)
        return false;
    poison_fill(object_at(pfn, first * units), (end - first) * (size_t)c->size);
    for (unsigned i = first; i < end; i++)
        *object_at(pfn, i * units) = (uint16_t)(i + 1 < end ? (i + 1) * units : SLAB_END);
    f->slab_free = (uint16_t)(first * units);
    f->order++;
    return true;
}

/* Adds a slab. cache->lock held. False: out of memory. */
static bool grow(struct kmem_cache *c, unsigned flags)
{
    paddr_t pa = frame_alloc(c->order, flags);
    if (pa == FRAME_NONE)
        return false;
    uint32_t pfn = (uint32_t)(pa >> PAGE_SHIFT);
    struct frame *f = &frame_table[pfn];
    f->kind = FRAME_KIND_SLAB;
    f->cache = c->index;
    f->slab_used = 0;
    f->order = 0; /* of a slab: number of chunks cut */
    for (unsigned i = 1; i < 1U << c->order; i++) {
        f[i].kind = FRAME_KIND_TAIL;
        f[i].slab_free = (uint16_t)i;
    }
    cut(c, pfn);
    push_partial(c, pfn);
    c->nr_empty++;
    return true;
}

/* cache->lock held; there is a partial slab. */
static void *take_object(struct kmem_cache *c)
{
    uint32_t pfn = c->partial;
    struct frame *f = &frame_table[pfn];
    uint16_t *object = object_at(pfn, f->slab_free);
    f->slab_free = *object;
    if (f->slab_used++ == 0)
        c->nr_empty--;
    if (f->slab_free == SLAB_END && !cut(c, pfn))
        unlink_partial(c, pfn);
    return object;
}

static void put_object(struct kmem_cache *c, void *p)
{
    uint32_t pfn = (uint32_t)(virt_to_phys(p) >> PAGE_SHIFT);
    if (frame_table[pfn].kind == FRAME_KIND_TAIL)
        pfn -= frame_table[pfn].slab_free;
    struct frame *f = &frame_table[pfn];
    ASSERT(f->kind == FRAME_KIND_SLAB && f->cache == c->index);
    if (f->slab_free == SLAB_END)
        push_partial(c, pfn);
    *(uint16_t *)p = f->slab_free;
    f->slab_free = (uint16_t)(((char *)p - (char *)object_at(pfn, 0)) / 16);
    if (--f->slab_used != 0)
        return;
    if (c->nr_empty == 0) { /* keep one empty slab, against thrashing */
        c->nr_empty = 1;
        return;
    }
    unlink_partial(c, pfn);
    f->kind = FRAME_KIND_USED;
    f->order = c->order;
    frame_free((paddr_t)pfn << PAGE_SHIFT, c->order);
}

/* Fills half a magazine. Interrupts off. */
static __attribute__((noinline)) void *refill(struct kmem_cache *c, struct magazine *m,
                                              unsigned flags)
{
    unsigned long irq = spin_lock(&c->lock);
    void *object = NULL;
    if (c->partial != PFN_NONE || grow(c, flags))
        object = take_object(c);
    while (m->nr < KMEM_MAGAZINE / 2 && c->partial != PFN_NONE)
        m->object[m->nr++] = take_object(c);
    spin_unlock(&c->lock, irq);
    return object;
}

static __attribute__((noinline)) void drain(struct kmem_cache *c, struct magazine *m)
{
    unsigned long irq = spin_lock(&c->lock);
    while (m->nr > KMEM_MAGAZINE / 2)
        put_object(c, m->object[--m->nr]);
    spin_unlock(&c->lock, irq);
}

/* The head of the slab or block that holds p. */
static struct frame *head_of(const void *p)
{
    struct frame *f = frame_of(virt_to_phys(p));
    if (f->kind == FRAME_KIND_TAIL)
        f -= f->slab_free;
    return f;
}

/* Interrupts off. */
static inline void give_back(struct kmem_cache *c, void *p)
{
    struct magazine *m = &cpu_slab(this_cpu())->magazine[c->index];
    if (unlikely(m->nr == KMEM_MAGAZINE))
        drain(c, m);
    m->object[m->nr++] = p;
}

#ifdef HERMIT_POISON
/* Moves the oldest objects, or all, from the quarantine to their caches. True: there were some.
 * Interrupts off. */
static bool release_quarantine(bool all)
{
    struct quarantine *q = &cpu_slab(this_cpu())->quarantine;
    void *p = quarantine_take(q, all);
    bool some = p != NULL;
    for (; p != NULL; p = quarantine_take(q, all))
        give_back(&caches.cache[head_of(p)->cache], p);
    return some;
}

/* Interrupts off. */
static void retire(struct kmem_cache *c, void *p, const void *freed_by)
{
    quarantine_put(&cpu_slab(this_cpu())->quarantine, p, c->size, freed_by);
    release_quarantine(false);
}

#define CALLER __builtin_return_address(0)
#else
#define CALLER NULL

static inline bool release_quarantine(bool all)
{
    (void)all;
    return false;
}

static inline void retire(struct kmem_cache *c, void *p, const void *freed_by)
{
    (void)freed_by;
    give_back(c, p);
}
#endif

void *kmem_cache_alloc(struct kmem_cache *c, unsigned flags)
{
    void *object;
    unsigned long irq = arch_irq_save();
    struct magazine *m = &cpu_slab(this_cpu())->magazine[c->index];
    if (likely(m->nr != 0))
        object = m->object[--m->nr];
    else
        object = refill(c, m, flags);
    if (unlikely(object == NULL) && release_quarantine(true))
        object = m->nr != 0 ? m->object[--m->nr] : refill(c, m, flags);
    arch_irq_restore(irq);
    if (likely(object != NULL))
        poison_alloc(object, c->size);
    return object;
}

static inline void free_object(struct kmem_cache *c, void *p, const void *freed_by)
{
    unsigned long irq = arch_irq_save();
    retire(c, p, freed_by);
    arch_irq_restore(irq);
}

void kmem_cache_free(struct kmem_cache *c, void *p)
{
    if (p == NULL)
        return;
    free_object(c, p, CALLER);
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align)
{
    (void)name;
    struct kmem_cache *c = NULL;
    size = ALIGN_UP(MAX(size, 16UL), MAX(align, 16UL));
    if (size > KMEM_OBJECT_MAX || align > 64)
        return NULL;
    unsigned long irq = spin_lock(&caches.lock);
    if (caches.nr < KMEM_CACHES_MAX) {
        c = &caches.cache[caches.nr];
        cache_init(c, caches.nr++, (uint32_t)size);
    }
    spin_unlock(&caches.lock, irq);
    return c;
}

static void *alloc_large(size_t size, unsigned flags)
{
    unsigned order = 0;
    while (order <= FRAME_ORDER_MAX && PAGE_SIZE << order < size)
        order++;
    paddr_t pa = frame_alloc(order, flags);
    if (pa == FRAME_NONE)
        return NULL;
    frame_of(pa)->kind = FRAME_KIND_BLOCK;
    return phys_to_virt(pa);
}

void *kmalloc_for(size_t size, unsigned flags)
{
    if (unlikely(size > KMEM_OBJECT_MAX))
        return alloc_large(size, flags);
    return kmem_cache_alloc(&caches.cache[caches.by_size[(size + 15) / 16]], flags);
}

void *kmalloc(size_t size)
{
    return kmalloc_for(size, 0);
}

void *kzalloc(size_t size)
{
    void *p = kmalloc(size);
    if (p != NULL)
        memset(p, 0, size);
    return p;
}

void kfree(void *p)
{
    if (p == NULL)
        return;
    struct frame *f = head_of(p);
    if (likely(f->kind == FRAME_KIND_SLAB)) {
        free_object(&caches.cache[f->cache], p, CALLER);
        return;
    }
    if (f->kind != FRAME_KIND_BLOCK || !IS_ALIGNED((uintptr_t)p, PAGE_SIZE))
        panic("kfree: %p is no object", p);
    f->kind = FRAME_KIND_USED;
    poison_fill(p, PAGE_SIZE << f->order);
    frame_free(virt_to_phys(p), f->order);
}

static size_t object_size(const void *p)
{
    struct frame *f = head_of(p);
    return f->kind == FRAME_KIND_SLAB ? caches.cache[f->cache].size : PAGE_SIZE << f->order;
}

void *krealloc(void *p, size_t size)
{
    if (p == NULL)
        return kmalloc(size);
    size_t old = object_size(p);
    if (size <= old && (size > old / 2 || old <= 64))
        return p;
    void *q = kmalloc(size);
    if (q == NULL)
        return NULL;
    memcpy(q, p, MIN(old, size));
    kfree(p);
    return q;
}
