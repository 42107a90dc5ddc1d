/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the identity map to kernel_main(): owns boot_info while it is filled. CPU
 * 0 only, interrupts off, no locks. hermit/entry.h says what this code must not do.
 */
#include "image.h"

#include <arch/boot.h>
#include <arch/random.h>
#include <arch/time.h>
#include <hermit/boot_info.h>
#include <hermit/entry.h>
#include <hermit/klog.h>
#include <hermit/panic.h>
#include <hermit/percpu.h>
#include <hermit/string.h>

struct boot_info boot_info;

void boot_reserve(paddr_t start, paddr_t end)
{
    if (boot_info.nr_reserved == ARRAY_SIZE(boot_info.reserved))
        boot_fail("too many reserved regions");
    boot_info.reserved[boot_info.nr_reserved++] =
        (struct boot_region){ALIGN_DOWN(start, PAGE_SIZE), ALIGN_UP(end, PAGE_SIZE)};
}

const struct boot_region *boot_reserved_overlap(paddr_t start, paddr_t end)
{
    for (unsigned i = 0; i < boot_info.nr_reserved; i++) {
        const struct boot_region *r = &boot_info.reserved[i];
        if (r->start < end && start < r->end)
            return r;
    }
    return NULL;
}

struct boot_target boot_early(paddr_t start_info)
{
    struct boot_target target;

    image_find();
    arch_boot_begin(start_info);
    paging_boot_init();
    target.root = paging_boot_table();
    target.bias = image_choose_bias();
    paging_boot_map_direct(target.root);
    image_map(target.root, target.bias);
    image_relocate(target.bias);
    if (target.bias != 0)
        paging_boot_keep_identity(target.root);
    paging_boot_done();
    boot_info.root = target.root;
    boot_info.bias = target.bias;
    return target;
}

/* The stack protector's canary: random if the processor has random numbers, else from its clock.
 * Its lowest byte is zero, to stop string functions. */
static uint64_t choose_canary(void)
{
    uint64_t value;

    if (!arch_random64(&value))
        value = (arch_clock_ticks() ^ boot_info.bias) * 0x9e3779b97f4a7c15UL;
    return value & ~0xffUL;
}

__attribute__((no_stack_protector)) void boot_high(void)
{
    cpu0.canary = choose_canary();
    paging_boot_drop_identity();
    if (boot_info.cmdline == NULL)
        boot_info.cmdline = "";
    klog_verbose = (boot_info.block != NULL && boot_info.block->flags & HERMIT_BOOT_VERBOSE) ||
                   strstr(boot_info.cmdline, "hermit.verbose") != NULL;
    kernel_main();
}
