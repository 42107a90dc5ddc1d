/* SPDX-License-Identifier: BSD-3-Clause */
/* First step of the boot: reads the loader's information and checks the processor. Runs once on
 * CPU 0, on the identity map; no locks. */
#include "cpuid.h"
#include "features.h"
#include "pvh.h"
#include "registers.h"
#include <arch/boot.h>
#include <hermit/boot_info.h>

/* Reserves the lowest free page for real-mode code. The start information may lie there too, but is
 * no longer needed when the page is written. */
static void choose_trampoline(void)
{
    for (unsigned i = 0; i < boot_info.nr_ram; i++) {
        paddr_t page = boot_info.ram[i].start;
        while (page < MIN(boot_info.ram[i].end, 0xa0000UL) &&
               boot_reserved_overlap(page, page + PAGE_SIZE) != NULL)
            page += PAGE_SIZE;
        if (page < MIN(boot_info.ram[i].end, 0xa0000UL)) {
            boot_info.trampoline = page;
            boot_reserve(page, page + PAGE_SIZE);
            return;
        }
    }
}

void arch_boot_begin(paddr_t start_info)
{
    boot_info.hypervisor = cpuid(1, 0).ecx & CPUID_1_ECX_HYPERVISOR;
    pvh_parse((const struct pvh_start_info *)start_info);
    features_check();
    choose_trampoline();
}
