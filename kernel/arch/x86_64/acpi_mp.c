/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Processors and I/O APICs from MP tables (Intel MultiProcessor Specification 1.4,
 * chapter 4), where there is no ACPI: QEMU's microvm with acpi=off, Firecracker.
 * Read once by CPU 0 on the direct map.
 */
#include "acpi.h"
#include <arch/layout.h>
#include <hermit/string.h>

enum { MP_PROCESSOR, MP_BUS, MP_IO_APIC, MP_INTERRUPT, MP_LOCAL_INTERRUPT };
#define MP_ENABLED 1

#define MP_SIGNATURE     0x5f504d5fu
#define BDA_EBDA_SEGMENT 0x40e /* real-mode segment of the extended BIOS data area */

struct __attribute__((packed)) mp_pointer {
    uint32_t signature; /* "_MP_" */
    uint32_t table;
    uint8_t length, revision, checksum, features[5];
};

struct __attribute__((packed)) mp_table {
    char signature[4]; /* "PCMP" */
    uint16_t length;
    uint8_t revision, checksum;
    char oem[8], product[12];
    uint32_t oem_table;
    uint16_t oem_size, entries;
    uint32_t local_apic;
    uint16_t extended_length;
    uint8_t extended_checksum, reserved;
};

struct __attribute__((packed)) mp_processor {
    uint8_t type, apic_id, version, flags;
    uint8_t rest[16];
};

struct __attribute__((packed)) mp_io_apic {
    uint8_t type, id, version, flags;
    uint32_t address;
};

/* Sum of `n` bytes: 0 for a valid structure. */
static uint8_t sum_of(const void *p, size_t n)
{
    uint8_t sum = 0;

    for (const uint8_t *byte = p; n > 0; n--)
        sum += *byte++;
    return sum;
}

static const struct mp_pointer *scan(paddr_t start, paddr_t end)
{
    for (paddr_t pa = start; pa < end; pa += 16) {
        const struct mp_pointer *p = phys_to_virt(pa);
        if (p->signature == MP_SIGNATURE && sum_of(p, sizeof(*p)) == 0)
            return p;
    }
    return NULL;
}

/* Searches the areas of the specification, short ones first: the extended BIOS data area, the end
 * of base memory, the BIOS. */
static const struct mp_pointer *find_pointer(void)
{
    uint16_t segment;
    memcpy(&segment, phys_to_virt(BDA_EBDA_SEGMENT), sizeof(segment));
    paddr_t ebda = (paddr_t)segment << 4;
    const struct mp_pointer *p = NULL;

    if (ebda >= 0x80000 && ebda < 0xa0000)
        p = scan(ebda, ebda + 1024);
    if (p == NULL)
        p = scan(0x9fc00, 0xa0000);
    return p != NULL ? p : scan(0xf0000, 0x100000);
}

/* Handles processors and I/O APICs. Returns the entry's size; 0: unknown type, parsing ends. */
static size_t read_entry(const uint8_t *p)
{
    const struct mp_processor *cpu = (const void *)p;
    const struct mp_io_apic *io = (const void *)p;

    switch (*p) {
    case MP_PROCESSOR:
        if (cpu->flags & MP_ENABLED)
            platform_add_cpu(cpu->apic_id);
        return sizeof(*cpu);
    case MP_IO_APIC:
        if (io->flags & MP_ENABLED)
            platform_add_io_apic(io->address, 0);
        return sizeof(*io);
    case MP_BUS:
    case MP_INTERRUPT:
    case MP_LOCAL_INTERRUPT:
        return 8;
    default:
        return 0;
    }
}

bool mp_read_tables(void)
{
    const struct mp_pointer *pointer = find_pointer();

    if (pointer == NULL || pointer->table == 0)
        return false;
    const struct mp_table *table = phys_to_virt(pointer->table);
    if (memcmp(table->signature, "PCMP", 4) != 0)
        return false;
    /* Bounded by length: qboot leaves the number of entries 0. */
    const uint8_t *end = (const uint8_t *)table + table->length;
    for (const uint8_t *p = (const void *)(table + 1); p < end;) {
        size_t size = read_entry(p);
        if (size == 0)
            break;
        p += size;
    }
    return true;
}
