/* SPDX-License-Identifier: BSD-3-Clause */
/* Processors and interrupt routing from the firmware's tables: ACPI, or MP tables without it. */
#ifndef X86_ACPI_H
#define X86_ACPI_H

#include <hermit/types.h>

#define MAX_IO_APICS 8
#define NR_ISA_IRQS  16

struct io_apic_info {
    paddr_t address;
    unsigned gsi_base; /* global number of its first input */
};

struct isa_irq {
    unsigned gsi;
    unsigned flags; /* enum irq_flags */
};

struct platform {
    uint32_t apic_ids[MAX_CPUS]; /* usable processors, CPU 0's first, then ascending */
    unsigned nr_cpus;
    struct io_apic_info io_apics[MAX_IO_APICS];
    unsigned nr_io_apics;
    struct isa_irq isa[NR_ISA_IRQS];
    uint16_t pm_timer_port; /* 0: none */
};

/* Constant after arch_platform_init(). */
extern struct platform platform;

/* An ACPI table by signature, on the direct map; NULL: none. */
const void *acpi_find(const char *signature);

/* Steps of arch_platform_init(): true if the tables exist. */
bool acpi_read_madt(void);
bool mp_read_tables(void);

/* Adds a processor or I/O APIC. Drops it beyond the limits; logs dropped processors. */
void platform_add_cpu(uint32_t apic_id);
void platform_add_io_apic(paddr_t address, unsigned gsi_base);

#endif
