/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page tables: finds, makes and changes entries. Owns the tables below the root;
 * the locking rule is in arch/paging.h.
 */
#include <arch/paging.h>
#include <hermit/boot_info.h>
#include <hermit/chaos.h>
#include <hermit/entry.h>
#include <hermit/frame_alloc.h>
#include <hermit/pt_batch.h>
#include <linux/errno.h>

#define ENTRIES    512
#define TABLE_BITS (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED | PTE_OWNED)

static pte_slot *root;

void pt_init(paddr_t pa)
{
    root = phys_to_virt(pa);
}

bool pt_is_image_frame(paddr_t pa)
{
    return pa >= boot_info.image_start && pa < boot_info.image_end;
}

static inline unsigned index_at(vaddr_t va, unsigned level)
{
    return (va >> (PAGE_SHIFT + 9 * level)) % ENTRIES;
}

static inline uint64_t load(pte_slot *slot)
{
    return atomic_load_explicit(slot, memory_order_acquire); /* pairs: pt_install */
}

static inline pte_slot *table_of(uint64_t entry)
{
    return phys_to_virt(entry & PTE_ADDR_MASK);
}

pte_slot *pt_find(vaddr_t va, bool *huge)
{
    pte_slot *table = root;
    for (unsigned level = PT_TOP; level > PT_PAGE; level--) {
        pte_slot *slot = &table[index_at(va, level)];
        uint64_t entry = load(slot);
        if (entry & PTE_HUGE) {
            *huge = true;
            return slot;
        }
        if (entry == 0)
            return NULL;
        table = table_of(entry);
    }
    *huge = false;
    return &table[index_at(va, PT_PAGE)];
}

/* A cache of zeroed tables. A mapping with no neighbours, such as a thread's stack, needs up to one
 * table of each level whenever it is made. */
static _Atomic paddr_t kept_tables[PT_TOP]; /* 0: none */

bool pt_keep_table(paddr_t pa)
{
    for (unsigned i = 0; i < ARRAY_SIZE(kept_tables); i++) {
        paddr_t none = 0;
        /* release: it is all zero; pairs with take_kept_table() */
        if (atomic_compare_exchange_strong_explicit(&kept_tables[i], &none, pa,
                                                    memory_order_release, memory_order_relaxed))
            return true;
    }
    return false;
}

static paddr_t take_kept_table(void)
{
    for (unsigned i = 0; i < ARRAY_SIZE(kept_tables); i++) {
        if (atomic_load_explicit(&kept_tables[i], memory_order_relaxed) == 0)
            continue;
        paddr_t pa = atomic_exchange_explicit(&kept_tables[i], 0, memory_order_acquire);
        if (pa != 0)
            return pa;
    }
    return 0;
}

/* Puts a new table into an empty slot. Returns its entry, or that of a core that was first. */
static __attribute__((noinline)) uint64_t add_table(pte_slot *slot)
{
    paddr_t pa = take_kept_table();
    if (pa == 0)
        pa = frame_alloc(0, FRAME_ZERO | FRAME_FAULT);
    if (pa == FRAME_NONE)
        return 0;
    if (pt_install(slot, pa | TABLE_BITS))
        return pa | TABLE_BITS;
    if (!pt_keep_table(pa))
        frame_free(pa, 0);
    return load(slot);
}

/* The table below table[va's index at `level`], made if missing;
 * NULL: no memory, or a huge page. */
static inline pte_slot *table_below(pte_slot *table, vaddr_t va, unsigned level)
{
    pte_slot *slot = &table[index_at(va, level)];
    uint64_t entry = load(slot);
    if (unlikely(entry == 0))
        entry = add_table(slot);
    if (unlikely(entry == 0 || entry & PTE_HUGE))
        return NULL;
    return table_of(entry);
}

pte_slot *pt_make(vaddr_t va, enum pt_level target)
{
    /* Unrolled: every page fault runs this. */
    pte_slot *table = table_below(root, va, 3);
    if (likely(table != NULL))
        table = table_below(table, va, 2);
    if (target == PT_PAGE && likely(table != NULL))
        table = table_below(table, va, 1);
    return likely(table != NULL) ? &table[index_at(va, target)] : NULL;
}

pte_slot *pt_below(pte_slot *slot, vaddr_t va)
{
    uint64_t entry = load(slot);
    if (unlikely(entry == 0))
        entry = add_table(slot);
    if (unlikely(entry == 0 || entry & PTE_HUGE))
        return NULL;
    return &table_of(entry)[index_at(va, PT_PAGE)];
}

static int split_slot(pte_slot *slot)
{
    uint64_t entry = load(slot);
    paddr_t block = entry & PTE_ADDR_MASK;
    paddr_t table = frame_alloc(0, FRAME_CRITICAL); /* freeing needs it; 1/512 of memory at most */
    if (table == FRAME_NONE)
        return -ENOMEM;
    frame_split(block);
    pte_slot *slots = phys_to_virt(table);
    for (unsigned i = 0; i < ENTRIES; i++)
        atomic_store_explicit(&slots[i], (entry & ~PTE_HUGE) + i * PAGE_SIZE, memory_order_relaxed);
    atomic_store_explicit(slot, table | TABLE_BITS, memory_order_release);
    return 0;
}

int pt_split(vaddr_t va)
{
    bool huge;
    if (IS_ALIGNED(va, HUGE_PAGE_SIZE))
        return 0;
    pte_slot *slot = pt_find(va, &huge);
    return slot != NULL && huge ? split_slot(slot) : 0;
}

int pt_map_kernel(uintptr_t va, paddr_t pa, uint64_t bits)
{
    bool huge;
    pte_slot *slot = pt_find(va, &huge);
    if (slot != NULL && load(slot) != 0)
        return 0;
    slot = pt_make(va, PT_PAGE);
    if (slot == NULL)
        return -ENOMEM;
    pt_install(slot, pa | bits);
    return 0;
}

paddr_t pt_unmap_kernel(uintptr_t va)
{
    bool huge;
    pte_slot *slot = pt_find(va, &huge);
    if (slot == NULL || huge)
        return 0;
    return atomic_exchange_explicit(slot, 0, memory_order_relaxed) & PTE_ADDR_MASK;
}

bool pt_is_spare(vaddr_t va, vaddr_t floor, vaddr_t ceiling)
{
    pte_slot *table = root;
    vaddr_t least = ALIGN_DOWN(va, HUGE_PAGE_SIZE); /* range of the lowest table */
    if (least < floor || least + HUGE_PAGE_SIZE > ceiling)
        return false;
    for (unsigned level = PT_TOP; level > PT_PAGE; level--) {
        uint64_t entry = load(&table[index_at(va, level)]);
        if (entry == 0 || entry & PTE_HUGE)
            return false;
        size_t span = PAGE_SIZE << (9 * level);
        vaddr_t base = ALIGN_DOWN(va, span);
        if (base >= floor && base + span <= ceiling)
            return true;
        table = table_of(entry);
    }
    return false;
}

/* Callbacks of a walk and their arguments. Called for entries that are not 0. */
struct walk {
    void (*leaf)(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, bool huge);
    void (*table)(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, size_t span);
    struct pt_batch *batch;
    vaddr_t floor, ceiling, to;
    uint64_t prot;
    int error;
};

/* The first entry in [slot, stop) that is not 0; `stop`: none. */
static inline pte_slot *next_full(pte_slot *slot, pte_slot *stop)
{
    while (stop - slot >= 4 && (load(slot) | load(slot + 1) | load(slot + 2) | load(slot + 3)) == 0)
        slot += 4;
    while (slot < stop && load(slot) == 0)
        slot++;
    return slot;
}

/* Visits the entries of one table of 4 KiB pages. */
static void walk_pages(struct walk *w, pte_slot *table, vaddr_t start, vaddr_t end)
{
    pte_slot *slot = &table[index_at(start, PT_PAGE)];
    pte_slot *stop = slot + ((end - start) >> PAGE_SHIFT);
    for (; (slot = next_full(slot, stop)) != stop; slot++)
        w->leaf(w, slot, load(slot), end - ((vaddr_t)(stop - slot) << PAGE_SHIFT), false);
}

/* Visits the leaves of [start, end) below `table`, and each table after its leaves. */
static void walk_table(struct walk *w, pte_slot *table, unsigned level, vaddr_t start, vaddr_t end)
{
    size_t span = PAGE_SIZE << (9 * level);
    for (vaddr_t va = start; va < end; va = ALIGN_DOWN(va, span) + span) {
        pte_slot *slot = &table[index_at(va, level)];
        uint64_t entry = load(slot);
        if (entry == 0)
            continue;
        if (entry & PTE_HUGE) {
            w->leaf(w, slot, entry, va, true);
            continue;
        }
        vaddr_t stop = MIN(end, ALIGN_DOWN(va, span) + span);
        if (level == PT_HUGE) {
            walk_pages(w, table_of(entry), va, stop);
            cond_resched();
        } else {
            walk_table(w, table_of(entry), level - 1, va, stop);
        }
        if (w->table != NULL)
            w->table(w, slot, entry, ALIGN_DOWN(va, span), span);
    }
}

static void walk(struct walk *w, vaddr_t start, vaddr_t end)
{
    if (start < end)
        walk_table(w, root, PT_TOP, start, end);
}

static void unmap_leaf(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, bool huge)
{
    atomic_store_explicit(slot, 0, memory_order_relaxed);
    pt_batch_add(w->batch, entry, va, huge);
}

static void unmap_table(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, size_t span)
{
    if (va < w->floor || va + span > w->ceiling || !(entry & PTE_OWNED))
        return;
    atomic_store_explicit(slot, 0, memory_order_relaxed);
    pt_batch_add_table(w->batch, entry, va, span);
}

/* Clears `nr` entries of one table of 4 KiB pages from `slot`, the entry of `va`. */
static void unmap_run(struct pt_batch *b, pte_slot *slot, vaddr_t va, size_t nr)
{
    pte_slot *first = slot, *stop = slot + nr;
    for (; (slot = next_full(slot, stop)) != stop; slot++) {
        uint64_t entry = load(slot);
        atomic_store_explicit(slot, 0, memory_order_relaxed);
        pt_batch_add(b, entry, va + ((vaddr_t)(slot - first) << PAGE_SHIFT), false);
    }
}

/*
 * pt_unmap() for a range within one table of 4 KiB entries: needs no walk. Only the range is the
 * caller's: where its table is missing, a fault beside the range may put one there at any time, so
 * what was seen empty stays as it is (docs/concurrency.md, "Page tables").
 */
static void unmap_small(struct pt_batch *b, vaddr_t start, vaddr_t end, vaddr_t floor,
                        vaddr_t ceiling)
{
    pte_slot *slots[PT_TOP + 1], *table = root;
    unsigned level = PT_TOP;
    uint64_t lowest;
    for (;; level--) {
        slots[level] = &table[index_at(start, level)];
        lowest = load(slots[level]);
        if (level == PT_PAGE || lowest == 0 || lowest & PTE_HUGE)
            break;
        table = table_of(lowest);
    }
    chaos_point("pt_unmap_looked");
    if (level == PT_PAGE) {
        unmap_run(b, slots[level], start, (end - start) >> PAGE_SHIFT);
    } else if (lowest & PTE_HUGE) {
        atomic_store_explicit(slots[level], 0, memory_order_relaxed);
        pt_batch_add(b, lowest, start, true);
    }
    while (++level <= PT_TOP) { /* the tables above, from the lowest */
        size_t span = PAGE_SIZE << (9 * level);
        vaddr_t base = ALIGN_DOWN(start, span);
        uint64_t entry = load(slots[level]);
        if (base < floor || base + span > ceiling || !(entry & PTE_OWNED))
            break;
        atomic_store_explicit(slots[level], 0, memory_order_relaxed);
        pt_batch_add_table(b, entry, base, span);
    }
}

void pt_unmap(struct pt_batch *b, vaddr_t start, vaddr_t end, vaddr_t floor, vaddr_t ceiling)
{
    if (end - ALIGN_DOWN(start, HUGE_PAGE_SIZE) <= HUGE_PAGE_SIZE) {
        unmap_small(b, start, end, floor, ceiling);
        return;
    }
    struct walk w = {
        .leaf = unmap_leaf, .table = unmap_table, .batch = b, .floor = floor, .ceiling = ceiling};
    walk(&w, start, end);
}

/* Skips pages that are the program's own copy. */
static void unmap_clean_leaf(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, bool huge)
{
    if (entry & PTE_COPY)
        unmap_leaf(w, slot, entry, va, huge);
}

void pt_unmap_clean(struct pt_batch *b, vaddr_t start, vaddr_t end)
{
    struct walk w = {.leaf = unmap_clean_leaf, .batch = b};
    walk(&w, start, end);
}

static void clean_leaf(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, bool huge)
{
    uint64_t new = pte_copied(entry);
    if (new == entry)
        return;
    atomic_store_explicit(slot, new, memory_order_relaxed);
    if (entry & PTE_PRESENT)
        pt_batch_note(w->batch, va, huge ? HUGE_PAGE_SIZE : PAGE_SIZE);
}

void pt_clean(struct pt_batch *b, vaddr_t start, vaddr_t end)
{
    struct walk w = {.leaf = clean_leaf, .batch = b};
    walk(&w, start, end);
}

static void protect_leaf(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, bool huge)
{
    uint64_t keep = entry & (PTE_ADDR_MASK | PTE_COPY | PTE_HUGE);
    uint64_t new = keep | w->prot;
    if (entry & PTE_COPY)
        new &= ~(uint64_t)PTE_WRITE;
    if (new == entry)
        return;
    atomic_store_explicit(slot, new, memory_order_relaxed);
    if (entry & PTE_PRESENT)
        pt_batch_note(w->batch, va, huge ? HUGE_PAGE_SIZE : PAGE_SIZE);
}

void pt_protect(struct pt_batch *b, vaddr_t start, vaddr_t end, uint64_t prot)
{
    struct walk w = {.leaf = protect_leaf, .batch = b, .prot = prot};
    walk(&w, start, end);
}

/* Target of a move for the page at `va`. */
static vaddr_t target_of(const struct walk *w, vaddr_t va)
{
    return w->to + (va - w->floor);
}

/* First pass of a move: makes the tables at the target, so that the second pass cannot fail. */
static void prepare_leaf(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, bool huge)
{
    (void)entry;
    if (w->error != 0)
        return;
    bool whole = huge && IS_ALIGNED(target_of(w, va), HUGE_PAGE_SIZE);
    if (huge && !whole && split_slot(slot) != 0) {
        w->error = -ENOMEM;
        return;
    }
    for (size_t done = 0; done < (huge && !whole ? HUGE_PAGE_SIZE : PAGE_SIZE); done += PAGE_SIZE)
        if (pt_make(target_of(w, va + done), whole ? PT_HUGE : PT_PAGE) == NULL)
            w->error = -ENOMEM;
}

static void move_leaf(struct walk *w, pte_slot *slot, uint64_t entry, vaddr_t va, bool huge)
{
    pte_slot *target = pt_make(target_of(w, va), huge ? PT_HUGE : PT_PAGE);
    atomic_store_explicit(slot, 0, memory_order_relaxed);
    uint64_t old = atomic_exchange_explicit(target, entry, memory_order_release);
    if (old & PTE_OWNED) /* an empty table left by an earlier mapping */
        pt_batch_add_table(w->batch, old, target_of(w, va), HUGE_PAGE_SIZE);
    if (entry & PTE_PRESENT)
        pt_batch_note(w->batch, va, huge ? HUGE_PAGE_SIZE : PAGE_SIZE);
}

int pt_move(struct pt_batch *b, vaddr_t from, vaddr_t to, size_t size)
{
    struct walk w = {.leaf = prepare_leaf, .batch = b, .floor = from, .to = to};
    walk(&w, from, from + size);
    if (w.error == 0) {
        w.leaf = move_leaf;
        walk(&w, from, from + size);
    }
    return w.error;
}
