/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * vm_init(): takes over the page tables of boot and describes the running image by
 * VMAs. Boot has mapped the image with its final permissions, except the
 * application's bss, which becomes demand-zero memory. CPU 0 at boot, without mm.lock.
 */
#include "vm_internal.h"
#include <arch/paging.h>
#include <hermit/atomic.h>
#include <hermit/boot_info.h>
#include <hermit/panic.h>
#include <linux/elf.h>

#define BRK_RANDOM_PAGES 0x2000UL   /* 32 MiB, as on Linux */
#define TOP_RANDOM_PAGES 0x400000UL /* 16 GiB above the stack */

#ifndef PT_GNU_RELRO
#define PT_GNU_RELRO 0x6474e552
#endif

static void add_area(vaddr_t start, vaddr_t end, unsigned flags)
{
    if (start >= end)
        return;
    struct vma *v = vma_alloc(0);
    if (v == NULL)
        boot_fail("not enough memory to describe the image");
    v->start = start;
    v->end = end;
    v->flags = flags;
    store_relaxed(&v->touched, flags & VM_IMAGE);
    mm_change_begin();
    vma_insert(&mm.tree, v);
    mm_change_end();
    mm.mapped += end - start;
}

/* Changes the flags of a part of the image. */
static void mark(vaddr_t start, vaddr_t end, unsigned set, unsigned clear)
{
    if (start >= end)
        return;
    if (mm_split_at(start, 0) != 0 || mm_split_at(end, 0) != 0)
        boot_fail("not enough memory to describe the image");
    struct vma *v = vma_find(&mm.tree, start);
    for (; v != NULL && v->start < end; v = vma_next(v))
        v->flags = (v->flags & ~clear) | set;
}

static unsigned segment_flags(const Elf64_Phdr *ph)
{
    return (ph->p_flags & PF_R ? VM_READ : 0) | (ph->p_flags & PF_W ? VM_WRITE : 0) |
           (ph->p_flags & PF_X ? VM_EXEC : 0);
}

/* Adds the areas of the image. Returns the end of the highest one. */
static vaddr_t add_image(void)
{
    const Elf64_Ehdr *eh = (const void *)__hermit_image_start;
    const Elf64_Phdr *ph = (const void *)(__hermit_image_start + eh->e_phoff);
    vaddr_t top = 0;

    for (unsigned i = 0; i < eh->e_phnum; i++) {
        vaddr_t start = ALIGN_DOWN(ph[i].p_vaddr + boot_info.bias, PAGE_SIZE);
        vaddr_t end = ALIGN_UP(ph[i].p_vaddr + ph[i].p_memsz + boot_info.bias, PAGE_SIZE);
        if (ph[i].p_type == PT_LOAD) /* the kernel's constants are in the read-only segment, too */
            add_area(start, end,
                     segment_flags(&ph[i]) | VM_IMAGE | (ph[i].p_flags == PF_R ? VM_KERNEL : 0));
        else if (ph[i].p_type == HERMIT_PT_BSS)
            add_area(start, end, VM_READ | VM_WRITE);
        else
            continue;
        top = MAX(top, end);
    }
    for (unsigned i = 0; i < eh->e_phnum; i++)
        if (ph[i].p_type == PT_GNU_RELRO)
            mark(ALIGN_DOWN(ph[i].p_vaddr + boot_info.bias, PAGE_SIZE),
                 ALIGN_UP(ph[i].p_vaddr + ph[i].p_memsz + boot_info.bias, PAGE_SIZE), VM_KERNEL,
                 VM_WRITE);
    return top;
}

void vm_init(void)
{
    pt_init(boot_info.root);
    mm.mmap_base = USER_MAX - mm_random() % TOP_RANDOM_PAGES * PAGE_SIZE;
    vaddr_t top = add_image();
    mark(ALIGN_DOWN((vaddr_t)__hermit_text_start, PAGE_SIZE),
         ALIGN_UP((vaddr_t)__hermit_text_end, PAGE_SIZE), VM_KERNEL, 0);
    mark(ALIGN_DOWN((vaddr_t)__hermit_data_start, PAGE_SIZE),
         ALIGN_UP((vaddr_t)__hermit_data_end, PAGE_SIZE), VM_KERNEL, 0);
    mm.brk_start = mm.brk_end = top + mm_random() % BRK_RANDOM_PAGES * PAGE_SIZE;
    program_layout.brk_start = mm.brk_start;
}
