/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Binds indirect functions (ifunc): asks each one's resolver for the address and stores it where
 * calls find it. The link driver names __hermit_bind_indirect in images that have such functions,
 * so no other image holds this. It runs as the first constructor, when thread-local storage and the
 * stack protector's canary are set up and resolvers may be any C function; the kernel has by then
 * applied all other relocations. One thread, no locks.
 */
#include "libc.h"

#include <elf.h>
#include <stdint.h>

/* The link script's and ld.lld's: the header, and relocations of which some may be other ones. */
extern hidden const Elf64_Ehdr __ehdr_start;
extern hidden const Elf64_Rela __rela_iplt_start[], __rela_iplt_end[];

/* From linked addresses to real ones; the first segment begins with the header. */
static uintptr_t image_bias(void)
{
    uintptr_t header = (uintptr_t)&__ehdr_start;
    const Elf64_Phdr *segment = (const void *)(header + __ehdr_start.e_phoff);

    while (segment->p_type != PT_LOAD)
        segment++;
    return header - segment->p_vaddr;
}

void __hermit_bind_indirect(void)
{
    uintptr_t bias = image_bias();

    for (const Elf64_Rela *r = __rela_iplt_start; r < __rela_iplt_end; r++) {
        uintptr_t (*resolver)(void) = (uintptr_t (*)(void))(bias + r->r_addend);
        if (ELF64_R_TYPE(r->r_info) == R_X86_64_IRELATIVE)
            *(uintptr_t *)(bias + r->r_offset) = resolver();
    }
}

/* Before all other constructors: priority 0. */
__attribute__((section(".init_array.0"),
               used)) static void (*const bind_first)(void) = __hermit_bind_indirect;
