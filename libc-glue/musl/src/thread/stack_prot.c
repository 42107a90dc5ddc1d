/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether the stacks of threads are executable: as the image's PT_GNU_STACK says, which the kernel
 * reads for the main thread's. musl's never are; but flang passes an internal procedure as an
 * argument by a few instructions on the stack. The answer never changes: there is no lock.
 */
#include "pthread_impl.h"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/mman.h>

int __stack_prot(void)
{
    const unsigned char *at = (const void *)getauxval(AT_PHDR);

    for (size_t n = getauxval(AT_PHNUM); n > 0; n--, at += getauxval(AT_PHENT)) {
        const Elf64_Phdr *header = (const void *)at;
        if (header->p_type == PT_GNU_STACK && (header->p_flags & PF_X) != 0)
            return PROT_READ | PROT_WRITE | PROT_EXEC;
    }
    return PROT_READ | PROT_WRITE;
}
