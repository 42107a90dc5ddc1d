/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Processors and interrupt controllers from ACPI (6.5: RSDP 5.2.5, MADT 5.2.12,
 * FADT 5.2.9). Owns `platform`, which is constant after arch_platform_init(); read on
 * the direct map, CPU 0 only.
 */
#include "acpi.h"
#include "apic.h"
#include <arch/init.h>
#include <arch/layout.h>
#include <hermit/boot_info.h>
#include <hermit/irq.h>
#include <hermit/panic.h>
#include <hermit/string.h>

#define TABLE_MAX       (1u << 20) /* bytes; more is a damaged length */
#define FADT_PM_TIMER   76
#define FADT_PM_LENGTH  91
#define MADT_LOCAL_APIC 0
#define MADT_IO_APIC    1
#define MADT_OVERRIDE   2
#define MADT_X2APIC     9
#define MADT_ENABLED    1

struct platform platform;

struct __attribute__((packed)) rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
};

struct __attribute__((packed)) table_header {
    char signature[4];
    uint32_t length;
    uint8_t revision, checksum;
    char oem[6], oem_table[8];
    uint32_t oem_revision, creator, creator_revision;
};

struct __attribute__((packed)) madt_entry {
    uint8_t type, length;
    union {
        struct __attribute__((packed)) {
            uint8_t processor, apic_id;
            uint32_t flags;
        } local;
        struct __attribute__((packed)) {
            uint8_t id, reserved;
            uint32_t address, gsi_base;
        } io;
        struct __attribute__((packed)) {
            uint8_t bus, irq;
            uint32_t gsi;
            uint16_t flags;
        } override;
        struct __attribute__((packed)) {
            uint16_t reserved;
            uint32_t apic_id, flags;
        } x2;
    };
};

static const struct rsdp *scan_for_rsdp(paddr_t start, paddr_t end)
{
    for (paddr_t pa = start; pa < end; pa += 16)
        if (memcmp(phys_to_virt(pa), "RSD PTR ", 8) == 0)
            return phys_to_virt(pa);
    return NULL;
}

static const struct rsdp *find_rsdp(void)
{
    const struct rsdp *rsdp;

    if (boot_info.acpi_rsdp != 0)
        return phys_to_virt(boot_info.acpi_rsdp);
    if (boot_info.hypervisor)
        return NULL; /* the boot loader would have passed it */
    rsdp = scan_for_rsdp(0x80000, 0xa0000);
    return rsdp != NULL ? rsdp : scan_for_rsdp(0xe0000, 0x100000);
}

/* Table at `pa` if it has this signature and a sane length. */
static const struct table_header *check_table(paddr_t pa, const char *signature)
{
    const struct table_header *t = phys_to_virt(pa);

    if (pa == 0 || pa >= (1UL << 32) || memcmp(t->signature, signature, 4) != 0 ||
        t->length < sizeof(*t) || t->length > TABLE_MAX)
        return NULL;
    return t;
}

const void *acpi_find(const char *signature)
{
    const struct rsdp *rsdp = find_rsdp();
    const struct table_header *root = NULL;
    unsigned width = 8;

    if (rsdp == NULL)
        return NULL;
    if (rsdp->revision >= 2)
        root = check_table(rsdp->xsdt, "XSDT");
    if (root == NULL) {
        root = check_table(rsdp->rsdt, "RSDT");
        width = 4;
    }
    if (root == NULL)
        return NULL;
    const char *end = (const char *)root + root->length;
    for (const char *p = (const char *)(root + 1); p + width <= end; p += width) {
        uint64_t pa = 0;
        memcpy(&pa, p, width);
        const struct table_header *t = check_table(pa, signature);
        if (t != NULL)
            return t;
    }
    return NULL;
}

void platform_add_cpu(uint32_t id)
{
    if (id == platform.apic_ids[0])
        return; /* CPU 0 */
    if (platform.nr_cpus == MAX_CPUS || (id > 254 && !apic_x2)) {
        klog("apic: processor with APIC id %u is left out\n", id);
        return;
    }
    unsigned at = platform.nr_cpus++;
    for (; at > 1 && platform.apic_ids[at - 1] > id; at--)
        platform.apic_ids[at] = platform.apic_ids[at - 1];
    platform.apic_ids[at] = id;
}

void platform_add_io_apic(paddr_t address, unsigned gsi_base)
{
    if (platform.nr_io_apics < MAX_IO_APICS)
        platform.io_apics[platform.nr_io_apics++] = (struct io_apic_info){address, gsi_base};
}

/* MPS INTI flags: polarity in bits 0-1 (3: active low), trigger in bits 2-3 (3: level). */
static void override_isa(unsigned irq, unsigned gsi, unsigned inti)
{
    if (irq >= NR_ISA_IRQS)
        return;
    platform.isa[irq].gsi = gsi;
    platform.isa[irq].flags =
        ((inti & 3) == 3 ? IRQ_LOW : 0) | ((inti >> 2 & 3) == 3 ? IRQ_LEVEL : IRQ_EDGE);
}

static void read_madt_entry(const struct madt_entry *e)
{
    switch (e->type) {
    case MADT_LOCAL_APIC:
        if (e->local.flags & MADT_ENABLED)
            platform_add_cpu(e->local.apic_id);
        break;
    case MADT_X2APIC:
        if (e->x2.flags & MADT_ENABLED)
            platform_add_cpu(e->x2.apic_id);
        break;
    case MADT_IO_APIC:
        platform_add_io_apic(e->io.address, e->io.gsi_base);
        break;
    case MADT_OVERRIDE:
        override_isa(e->override.irq, e->override.gsi, e->override.flags);
        break;
    }
}

bool acpi_read_madt(void)
{
    const struct table_header *madt = acpi_find("APIC");

    if (madt == NULL)
        return false;
    const char *end = (const char *)madt + madt->length;
    const char *p = (const char *)(madt + 1) + 8; /* local APIC address, flags */
    while (p + 2 <= end && (uint8_t)p[1] >= 2) {
        read_madt_entry((const struct madt_entry *)p);
        p += (uint8_t)p[1];
    }
    return true;
}

static void find_pm_timer(void)
{
    const struct table_header *fadt = acpi_find("FACP");
    const uint8_t *bytes = (const void *)fadt;

    if (fadt == NULL || fadt->length <= FADT_PM_LENGTH || bytes[FADT_PM_LENGTH] != 4)
        return;
    uint32_t port;
    memcpy(&port, bytes + FADT_PM_TIMER, sizeof(port));
    platform.pm_timer_port = (uint16_t)port;
}

void arch_platform_init(void)
{
    apic_init();
    platform.apic_ids[0] = apic_id();
    platform.nr_cpus = 1;
    for (unsigned i = 0; i < NR_ISA_IRQS; i++)
        platform.isa[i].gsi = i;
    if (acpi_read_madt())
        find_pm_timer();
    else if (!mp_read_tables())
        klog("apic: neither ACPI nor MP tables; one processor\n");
}
