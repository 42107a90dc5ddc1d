/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Local APIC. Each core touches only its own registers; the mode is detected once.
 * Register numbers are those of x2APIC (MSR 0x800 + n); in xAPIC mode register n
 * is at offset 16 n of the page. No locks; interrupts are disabled around pairs
 * of writes that belong together.
 */
#include "apic.h"
#include "cpuid.h"
#include "ports.h"
#include "registers.h"
#include "vectors.h"
#include <arch/cpu.h>
#include <arch/io.h>
#include <arch/layout.h>
#include <hermit/boot_info.h>

#define APIC_PAGE 0xfee00000UL

enum apic_register {
    APIC_ID = 0x02,
    APIC_TASK_PRIORITY = 0x08,
    APIC_EOI = 0x0b,
    APIC_SPURIOUS = 0x0f,
    APIC_IN_SERVICE = 0x10, /* eight of them */
    APIC_ICR_LOW = 0x30,    /* x2APIC: all 64 bits */
    APIC_ICR_HIGH = 0x31,
    APIC_LVT_TIMER = 0x32,
    APIC_LVT_LINT0 = 0x35,
    APIC_LVT_LINT1 = 0x36,
    APIC_LVT_ERROR = 0x37,
    APIC_TIMER_INITIAL = 0x38,
    APIC_TIMER_CURRENT = 0x39,
    APIC_TIMER_DIVIDE = 0x3e,
};

#define BASE_ENABLE     (1 << 11)
#define BASE_X2         (1 << 10)
#define SPURIOUS_ENABLE 0x100
#define LVT_MASKED      0x10000
#define LVT_DEADLINE    0x40000
#define DIVIDE_BY_1     0xb
#define ICR_NMI         0x400
#define ICR_INIT        0x500
#define ICR_STARTUP     0x600
#define ICR_ASSERT      0x4000
#define ICR_PENDING     0x1000

bool apic_x2;

static uint32_t apic_read(enum apic_register reg)
{
    if (apic_x2)
        return (uint32_t)rdmsr(MSR_X2APIC + reg);
    return mmio_read32((char *)phys_to_virt(APIC_PAGE) + reg * 16);
}

static void apic_write(enum apic_register reg, uint32_t value)
{
    if (apic_x2)
        wrmsr(MSR_X2APIC + reg, value);
    else
        mmio_write32((char *)phys_to_virt(APIC_PAGE) + reg * 16, value);
}

uint32_t apic_id(void)
{
    uint32_t id = apic_read(APIC_ID);
    return apic_x2 ? id : id >> 24;
}

void apic_eoi(void)
{
    apic_write(APIC_EOI, 0);
}

bool apic_in_service(unsigned vector)
{
    return apic_read(APIC_IN_SERVICE + vector / 32) >> vector % 32 & 1;
}

static void send(uint32_t id, uint32_t command)
{
    command |= ICR_ASSERT;
    if (apic_x2) {
        /* An x2APIC write is not ordered after earlier stores that the target core will read. */
        __asm__ volatile("mfence; lfence" ::: "memory");
        wrmsr(MSR_X2APIC + APIC_ICR_LOW, (uint64_t)id << 32 | command);
        return;
    }
    unsigned long irq = arch_irq_save();
    while (!boot_info.hypervisor && apic_read(APIC_ICR_LOW) & ICR_PENDING)
        arch_cpu_relax(); /* virtual APICs accept a command at once, and a read costs an exit */
    apic_write(APIC_ICR_HIGH, id << 24);
    apic_write(APIC_ICR_LOW, command);
    arch_irq_restore(irq);
}

void apic_send(uint32_t id, unsigned vector)
{
    send(id, vector);
}

void apic_send_nmi(uint32_t id)
{
    send(id, ICR_NMI);
}

void apic_send_init(uint32_t id)
{
    send(id, ICR_INIT);
}

void apic_send_startup(uint32_t id, paddr_t page)
{
    send(id, ICR_STARTUP | (uint32_t)(page >> PAGE_SHIFT));
}

void apic_timer_count(uint32_t count)
{
    apic_write(APIC_TIMER_INITIAL, count);
}

uint32_t apic_timer_left(void)
{
    return apic_read(APIC_TIMER_CURRENT);
}

void apic_timer_use_deadline(void)
{
    apic_write(APIC_LVT_TIMER, LVT_DEADLINE | VECTOR_TIMER);
    __asm__ volatile("mfence" ::: "memory"); /* SDM: before the first write of the deadline */
}

void apic_cpu_init(void)
{
    uint64_t base = rdmsr(MSR_APIC_BASE) | BASE_ENABLE;

    wrmsr(MSR_APIC_BASE, apic_x2 ? base | BASE_X2 : base);
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    apic_write(APIC_TASK_PRIORITY, 0);
    apic_write(APIC_LVT_LINT0, LVT_MASKED);
    apic_write(APIC_LVT_LINT1, LVT_MASKED);
    apic_write(APIC_LVT_ERROR, LVT_MASKED);
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    apic_write(APIC_LVT_TIMER, VECTOR_TIMER);
}

void apic_init(void)
{
    apic_x2 = cpuid(1, 0).ecx & CPUID_1_ECX_X2APIC;
    outb(0x21, 0xff); /* the legacy controllers stay masked */
    outb(0xa1, 0xff);
    apic_cpu_init();
}
