/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Page faults: demand-zero memory in 4 KiB and 2 MiB pages. Those of files are in
 * vm_file_fault.c. Runs on many cores at once, each in a VMA that it has entered; entries are
 * installed by compare-and-exchange, the loser frees its frame.
 *
 * A fault gets a 2 MiB page only if the memory just below was touched before (the
 * program fills its memory in order) or MADV_HUGEPAGE asked for it, so that sparse
 * and small programs stay small. Likewise a fault just above a run of touched pages
 * maps a few pages more.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <arch/tlb.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <hermit/chaos.h>
#include <hermit/entry.h>
#include <hermit/file.h>
#include <hermit/frame_alloc.h>
#include <hermit/task.h>
#include <linux/errno.h>

#define HUGE_ORDER     (HUGE_PAGE_SHIFT - PAGE_SHIFT)
#define RUN_MIN        4  /* touched pages below the fault that count as a sequence */
#define RUN_MAX        16 /* pages mapped by one fault at most */
#define POPULATE_PIECE (RUN_MAX * PAGE_SIZE) /* populated between two calls of cond_resched() */

static bool allows(const struct vma *v, unsigned access)
{
    if (access & FAULT_WRITE)
        return v->flags & VM_WRITE;
    if (access & FAULT_EXEC)
        return v->flags & VM_EXEC;
    return v->flags & (VM_READ | VM_WRITE | VM_EXEC);
}

uint64_t mm_prot(unsigned flags)
{
    if (!(flags & (VM_READ | VM_WRITE | VM_EXEC)))
        return 0;
    return pte_user(flags & VM_WRITE, flags & VM_EXEC);
}

static uint64_t load(pte_slot *slot)
{
    return atomic_load_explicit(slot, memory_order_acquire);
}

/* True if the last pages below `va`, the start of a huge page's range, were touched. */
static bool touched_below(const struct vma *v, vaddr_t va)
{
    bool huge;
    if (va < peek(v->start) + RUN_MAX * PAGE_SIZE)
        return false;
    pte_slot *slot = pt_find(va - PAGE_SIZE, &huge);
    if (slot == NULL || load(slot) == 0)
        return false;
    return huge || (load(slot - RUN_MIN) != 0 && load(slot - RUN_MAX + 1) != 0);
}

static _Atomic bool huge_off;

void vm_set_huge(bool on)
{
    atomic_store_explicit(&huge_off, !on, memory_order_relaxed); /* a hint: no order */
}

bool vm_get_huge(void)
{
    return !atomic_load_explicit(&huge_off, memory_order_relaxed);
}

static bool wants_huge(const struct vma *v, vaddr_t addr)
{
    vaddr_t base = ALIGN_DOWN(addr, HUGE_PAGE_SIZE);
    if (v->flags & (VM_STACK | VM_NOHUGE) || base < peek(v->start) ||
        base + HUGE_PAGE_SIZE > peek(v->end))
        return false;
    if (!(v->flags & VM_HUGE) && (addr - base >= PAGE_SIZE || !touched_below(v, base)))
        return false;
    return frame_plenty() && vm_get_huge();
}

/* Tries a 2 MiB page in the empty level-1 slot. */
static bool install_huge(const struct vma *v, pte_slot *slot)
{
    paddr_t pa = frame_alloc(HUGE_ORDER, FRAME_ZERO | FRAME_FAULT);
    if (pa == FRAME_NONE)
        return false;
    if (!pt_install(slot, pa | pte_huge(mm_prot(v->flags)))) {
        frame_free(pa, HUGE_ORDER);
        return false;
    }
    mm_count_resident(1L << HUGE_ORDER);
    return true;
}

/*
 * How many pages to map from `slot` on: as many as were touched just below, within limits. If a
 * concurrent split or resize has just put `addr` outside of `v`, the fault maps only its own page;
 * the core that moved the border waits for it (mm_drain()).
 */
static unsigned run_length(const struct vma *v, vaddr_t addr, pte_slot *slot)
{
    vaddr_t start = peek(v->start), end = peek(v->end);
    size_t index = (addr >> PAGE_SHIFT) % 512;
    if (v->flags & VM_STACK || index < RUN_MIN || addr < start + RUN_MIN * PAGE_SIZE || addr >= end)
        return 1;
    size_t room = MIN(512 - index, (end - ALIGN_DOWN(addr, PAGE_SIZE)) >> PAGE_SHIFT);
    if (load(slot - 1) == 0 || load(slot - RUN_MIN) == 0 || load(slot - RUN_MIN + 1) == 0)
        return 1;
    return (unsigned)MIN(room, index >= RUN_MAX && load(slot - RUN_MAX) != 0 ? RUN_MAX : RUN_MIN);
}

/* Installs zeroed pages in empty slots; the first one is the faulting page. 0 or −ENOMEM. */
static int install_zero(const struct vma *v, vaddr_t addr, pte_slot *slot)
{
    uint64_t prot = mm_prot(v->flags);
    unsigned nr = 1;
    long done = 0;
    if (!(addr & (RUN_MIN - 1) << PAGE_SHIFT)) /* checking at every fourth page is enough */
        nr = run_length(v, addr, slot);
    for (unsigned i = 0; i < nr; i++) {
        if (i != 0 && load(slot + i) != 0)
            break;
        paddr_t pa = frame_alloc(0, FRAME_ZERO | FRAME_FAULT);
        if (pa == FRAME_NONE)
            break;
        if (pt_install(slot + i, pa | prot))
            done++;
        else
            frame_free(pa, 0);
    }
    mm_count_resident(done);
    return done != 0 || load(slot) != 0 ? 0 : -ENOMEM;
}

/* The entry is present: another core was faster, or a stale TLB. */
static int fault_present(vaddr_t addr)
{
    tlb_flush_page_local(addr);
    return 0;
}

static int fault_anonymous(const struct vma *v, vaddr_t addr)
{
    pte_slot *slot = pt_make(addr, PT_HUGE);
    if (slot == NULL)
        return -ENOMEM;
    uint64_t entry = load(slot);
    if (pte_is_huge(entry))
        return fault_present(addr);
    if (entry == 0 && wants_huge(v, addr) && install_huge(v, slot))
        return 0;
    pte_slot *page = pt_below(slot, addr);
    if (page == NULL)
        return pte_is_huge(load(slot)) ? 0 : -ENOMEM;
    entry = load(page);
    if (entry != 0)
        return fault_present(addr);
    return install_zero(v, addr, page);
}

int fault_page(struct vma *v, vaddr_t addr, unsigned access, int *si_code)
{
    vma_touch(v);
    chaos_point("fault_in_vma");
    if (v->flags & VM_IMAGE) /* always mapped: only a stale TLB leads here */
        return fault_present(addr);
    if (v->file != NULL)
        return v->file->ops->fault(v, addr, access, si_code);
    return fault_anonymous(v, addr);
}

int vm_fault(vaddr_t addr, unsigned access, int *si_code)
{
    int result = SIGSEGV;
    *si_code = SEGV_MAPERR;
    struct vma *v = likely(addr < USER_MAX) ? mm_enter(addr) : NULL;
    if (unlikely(v == NULL))
        return mm_grow_stack(addr) ? vm_fault(addr, access, si_code) : SIGSEGV;
    *si_code = SEGV_ACCERR;
    if (allows(v, access))
        result = fault_page(v, addr, access, si_code);
    if (unlikely(result < 0) && peek(vm_wait_in_fault) != NULL) {
        result = peek(vm_wait_in_fault)(v, addr, result, si_code);
        return result == 0 ? vm_fault(addr, access, si_code) : result;
    }
    mm_leave();
    if (likely(result == 0))
        current_task()->min_flt++;
    return result;
}

/* Populates a part of `v`, which was entered. Advances *at. 0 or −errno. */
static int populate_part(struct vma *v, vaddr_t *at, vaddr_t end)
{
    unsigned access = v->flags & VM_WRITE && !(v->flags & VM_SHARED) ? FAULT_WRITE : 0;
    int err = 0, code;
    if (!(v->flags & (VM_READ | VM_WRITE | VM_EXEC)))
        return -ENOMEM;
    for (; *at < end && err == 0; *at += PAGE_SIZE) {
        bool huge = false;
        pte_slot *slot = pt_find(*at, &huge);
        uint64_t entry = slot != NULL ? load(slot) : 0;
        if (huge && entry != 0) {
            *at = ALIGN_DOWN(*at, HUGE_PAGE_SIZE) + HUGE_PAGE_SIZE;
            break;
        }
        if (entry == 0 || (access & FAULT_WRITE && pte_is_copied(entry))) {
            err = fault_page(v, *at, access, &code);
            if (err < 0)
                return err;
            current_task()->min_flt++;
        }
    }
    return err > 0 ? -EFAULT : err;
}

/* A page could not be had at once: waits for it, or for memory, if that is possible. Leaves `v`. */
static int populate_wait(struct vma *v, vaddr_t at, int err)
{
    int code;
    if (peek(vm_wait_in_fault) != NULL && allows(v, 0)) {
        err = peek(vm_wait_in_fault)(v, at, err, &code);
        return err > 0 ? -EFAULT : err;
    }
    mm_leave();
    return err;
}

int mm_populate(vaddr_t start, vaddr_t end)
{
    int err = 0;
    while (start < end && err == 0) {
        struct vma *v = mm_enter(start);
        if (v == NULL)
            return -ENOMEM;
        err = populate_part(v, &start, MIN(end, MIN(peek(v->end), start + POPULATE_PIECE)));
        if (unlikely(err < 0) && err != -EFAULT)
            err = populate_wait(v, start, err);
        else
            mm_leave();
        if (cond_resched())
            return -EINTR;
    }
    return err;
}
