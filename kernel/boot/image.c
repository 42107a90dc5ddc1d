/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The running image as an ELF file: its physical range, the address that it will run
 * at, its relocations and its page permissions. Works on the identity map, where link
 * address = physical address; CPU 0 only, no locks.
 */
#include "image.h"

#include <arch/boot.h>
#include <arch/layout.h>
#include <arch/pte.h>
#include <arch/random.h>
#include <arch/time.h>
#include <hermit/boot_info.h>
#include <hermit/panic.h>
#include <linux/elf.h>

/* Missing in the kernel ABI's elf.h (ELF gABI). */
#define DT_RELRSZ            35
#define DT_RELR              36
#define PT_GNU_RELRO_SEGMENT 0x6474e552

/* Random bases of position-independent images: 4 TiB above this, in steps of 2 MiB. */
#define IMAGE_RANDOM_BASE 0x550000000000UL
#define IMAGE_RANDOM_BITS 21

static const Elf64_Ehdr *elf_header(void)
{
    return (const void *)__hermit_image_start;
}

static Elf64_Phdr *program_headers(unsigned *n)
{
    *n = elf_header()->e_phnum;
    return (void *)(__hermit_image_start + elf_header()->e_phoff);
}

static const Elf64_Phdr *find_segment(uint32_t type)
{
    unsigned n;
    const Elf64_Phdr *ph = program_headers(&n);

    for (unsigned i = 0; i < n; i++)
        if (ph[i].p_type == type)
            return &ph[i];
    return NULL;
}

void image_find(void)
{
    unsigned n;
    Elf64_Phdr *ph = program_headers(&n);

    boot_info.image_start = (paddr_t)__hermit_image_start;
    for (unsigned i = 0; i < n; i++) {
        /* The link script always emits PT_TLS; without TLS its alignment 0 would mislead musl. */
        if (ph[i].p_type == PT_TLS && ph[i].p_memsz == 0)
            ph[i].p_type = PT_NULL;
        if (ph[i].p_type == PT_GNU_STACK)
            boot_info.executable_stack = ph[i].p_flags & PF_X;
        if (ph[i].p_type == PT_LOAD)
            boot_info.image_end =
                MAX(boot_info.image_end, ALIGN_UP(ph[i].p_vaddr + ph[i].p_memsz, PAGE_SIZE));
    }
    boot_reserve(boot_info.image_start, boot_info.image_end);
}

/* The launcher's seed is on the identity map now; boot_info has its direct-map address. */
static uint64_t launcher_seed(void)
{
    const struct hermit_boot_block *block;
    uint64_t word;

    if (boot_info.block == NULL)
        return 0;
    block = (const void *)virt_to_phys(boot_info.block);
    __builtin_memcpy(&word, &block->seed[24], sizeof(word));
    return word;
}

uintptr_t image_choose_bias(void)
{
    uint64_t r = 0;

    if (elf_header()->e_type != ET_DYN || find_segment(PT_DYNAMIC) == NULL)
        return 0;
    if (!arch_random64(&r))
        r = arch_clock_ticks();
    r = (r ^ launcher_seed()) * 0x9e3779b97f4a7c15UL; /* spreads the TSC's low bits upwards */
    return IMAGE_RANDOM_BASE + ((r >> (64 - IMAGE_RANDOM_BITS)) << HUGE_PAGE_SHIFT);
}

/* Maps a part of the image for `access` (PF_*). Read-only parts become read-only in the direct map,
 * too. */
static void map_part(paddr_t root, uintptr_t bias, const Elf64_Phdr *ph, uint32_t access)
{
    uint64_t start = ALIGN_DOWN(ph->p_vaddr, PAGE_SIZE);
    uint64_t end = ALIGN_UP(ph->p_vaddr + ph->p_memsz, PAGE_SIZE);

    if (start >= end)
        return;
    paging_boot_map(root, start + bias, start, end - start,
                    pte_image(access & PF_W, access & PF_X));
    if (!(access & PF_W))
        paging_boot_protect_direct(root, start, end);
}

void image_map(paddr_t root, uintptr_t bias)
{
    unsigned n;
    const Elf64_Phdr *ph = program_headers(&n);
    const Elf64_Phdr *relro = find_segment(PT_GNU_RELRO_SEGMENT);

    for (unsigned i = 0; i < n; i++)
        if (ph[i].p_type == PT_LOAD)
            map_part(root, bias, &ph[i], ph[i].p_flags);
    if (relro != NULL) /* shares no page with other data */
        map_part(root, bias, relro, PF_R);
}

static void apply_rela(const Elf64_Rela *rela, size_t size, uintptr_t bias)
{
    for (size_t i = 0; i < size / sizeof(*rela); i++) {
        uint32_t type = ELF64_R_TYPE(rela[i].r_info);
        uint64_t value = (uint64_t)rela[i].r_addend + bias;
        if (type == ARCH_RELOCATION_RELATIVE) /* r_offset may be unaligned */
            __builtin_memcpy((void *)rela[i].r_offset, &value, sizeof(value));
        else if (type != ARCH_RELOCATION_IRELATIVE && type != ARCH_RELOCATION_NONE)
            boot_fail("the image holds a relocation of type %u at %#llx, which it may not", type,
                      rela[i].r_offset);
    }
}

/* RELR (ELF gABI): an even word is an address to relocate, an odd one a bitmap of the next 63
 * words. */
static void apply_relr(const uint64_t *relr, size_t size, uintptr_t bias)
{
    uint64_t *where = NULL;

    for (size_t i = 0; i < size / sizeof(*relr); i++) {
        if (!(relr[i] & 1)) {
            where = (uint64_t *)relr[i];
            *where++ += bias;
            continue;
        }
        if (where == NULL)
            boot_fail("the image's relocations begin with a bitmap");
        uint64_t *place = where;
        for (uint64_t bits = relr[i] >> 1; bits != 0; bits >>= 1, place++)
            if (bits & 1)
                *place += bias;
        where += 63;
    }
}

void image_relocate(uintptr_t bias)
{
    const Elf64_Phdr *dynamic = find_segment(PT_DYNAMIC);
    uint64_t rela = 0, rela_size = 0, relr = 0, relr_size = 0;

    if (dynamic == NULL || bias == 0)
        return;
    for (const Elf64_Dyn *d = (const void *)dynamic->p_vaddr; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_RELA)
            rela = d->d_un.d_ptr;
        else if (d->d_tag == DT_RELASZ)
            rela_size = d->d_un.d_val;
        else if (d->d_tag == DT_RELR)
            relr = d->d_un.d_ptr;
        else if (d->d_tag == DT_RELRSZ)
            relr_size = d->d_un.d_val;
    }
    if (rela != 0)
        apply_rela((const void *)rela, rela_size, bias);
    if (relr != 0)
        apply_relr((const void *)relr, relr_size, bias);
}
