/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Device interrupts: I/O APIC inputs and message-signalled ones.
 * irq_lock protects the vector table and the I/O APICs' registers; handlers are
 * only added, never removed, so interrupt_handle() reads without the lock.
 */
#include "acpi.h"
#include "apic.h"
#include "smp.h"
#include "traps.h"
#include <arch/init.h>
#include <arch/io.h>
#include <arch/layout.h>
#include <hermit/atomic.h>
#include <hermit/entry.h>
#include <hermit/irq.h>
#include <hermit/kmalloc.h>
#include <hermit/percpu.h>
#include <hermit/spinlock.h>
#include <linux/errno.h>

#define NR_DEVICE_VECTORS (VECTOR_DEVICE_LAST - VECTOR_DEVICE_FIRST + 1)
#define NO_GSI            0xffffu

#define IO_APIC_VERSION  0x01
#define IO_APIC_REDIRECT 0x10
#define REDIRECT_LOW     (1 << 13)
#define REDIRECT_LEVEL   (1 << 15)
#define MSI_ADDRESS      0xfee00000UL

struct irq_action {
    irq_handler handler;
    void *arg;
    struct irq_action *_Atomic next;
};

struct irq_vector {
    struct irq_action *_Atomic actions;
    uint16_t gsi; /* NO_GSI: message-signalled */
};

static struct spinlock irq_lock = SPINLOCK_INIT("irq");
static struct irq_vector *vectors; /* NR_DEVICE_VECTORS, allocated on the first request */
static unsigned nr_vectors;        /* in use, from the first */

static volatile void *io_apic_window(const struct io_apic_info *io, unsigned reg)
{
    char *base = phys_to_virt(io->address);

    mmio_write32(base, reg);
    return base + 0x10;
}

static uint32_t io_apic_read(const struct io_apic_info *io, unsigned reg)
{
    return mmio_read32(io_apic_window(io, reg));
}

static void io_apic_write(const struct io_apic_info *io, unsigned reg, uint32_t value)
{
    mmio_write32(io_apic_window(io, reg), value);
}

/* The I/O APIC that has this input, NULL if none does. */
static const struct io_apic_info *find_io_apic(unsigned gsi)
{
    for (unsigned i = 0; i < platform.nr_io_apics; i++) {
        const struct io_apic_info *io = &platform.io_apics[i];
        unsigned inputs = (io_apic_read(io, IO_APIC_VERSION) >> 16 & 0xff) + 1;
        if (gsi >= io->gsi_base && gsi < io->gsi_base + inputs)
            return io;
    }
    return NULL;
}

#define APIC_ID_MAX 254 /* that fits into the eight bits of a destination */

/* Destination of a core's interrupts: it, or the first core where its number does not fit. */
static uint32_t destination(unsigned cpu)
{
    uint32_t id = cpus[cpu]->arch.apic_id;
    return id <= APIC_ID_MAX ? id : cpu0.arch.apic_id;
}

static void route(const struct io_apic_info *io, unsigned gsi, unsigned flags, unsigned cpu,
                  unsigned vector)
{
    unsigned reg = IO_APIC_REDIRECT + 2 * (gsi - io->gsi_base);
    uint32_t low = vector;

    if (flags & IRQ_LEVEL)
        low |= REDIRECT_LEVEL;
    if (flags & IRQ_LOW)
        low |= REDIRECT_LOW;
    io_apic_write(io, reg + 1, destination(cpu) << 24);
    io_apic_write(io, reg, low);
}

static struct irq_vector *find_gsi(unsigned gsi)
{
    for (unsigned i = 0; i < nr_vectors; i++)
        if (vectors[i].gsi == gsi)
            return &vectors[i];
    return NULL;
}

static struct irq_vector *new_vector(unsigned gsi)
{
    if (vectors == NULL)
        vectors = kzalloc(NR_DEVICE_VECTORS * sizeof(*vectors));
    if (vectors == NULL || nr_vectors == NR_DEVICE_VECTORS)
        return NULL;
    vectors[nr_vectors].gsi = (uint16_t)gsi;
    idt_add(VECTOR_DEVICE_FIRST + nr_vectors);
    return &vectors[nr_vectors++];
}

static void add_action(struct irq_vector *v, struct irq_action *action)
{
    store_relaxed(&action->next, atomic_load_explicit(&v->actions, memory_order_relaxed));
    atomic_store_explicit(&v->actions, action, memory_order_release); /* pairs: run_actions() */
}

static struct irq_action *new_action(irq_handler handler, void *arg)
{
    struct irq_action *action = kzalloc(sizeof(*action));

    if (action != NULL) {
        action->handler = handler;
        action->arg = arg;
    }
    return action;
}

static unsigned vector_number(const struct irq_vector *v)
{
    return VECTOR_DEVICE_FIRST + (unsigned)(v - vectors);
}

int irq_request(unsigned gsi, unsigned flags, unsigned cpu, irq_handler handler, void *arg)
{
    struct irq_action *action = new_action(handler, arg);
    int err = 0;

    if (action == NULL)
        return -ENOMEM;
    unsigned long irq = spin_lock(&irq_lock);
    const struct io_apic_info *io = find_io_apic(gsi);
    struct irq_vector *v = find_gsi(gsi);
    if (io == NULL)
        err = -EINVAL;
    else if (v != NULL)
        add_action(v, action);
    else if ((v = new_vector(gsi)) == NULL)
        err = -ENOSPC;
    else {
        add_action(v, action);
        route(io, gsi, flags, cpu, vector_number(v));
    }
    spin_unlock(&irq_lock, irq);
    if (err != 0)
        kfree(action);
    return err;
}

int irq_request_msi(unsigned cpu, irq_handler handler, void *arg, uint64_t *address, uint32_t *data)
{
    struct irq_action *action = new_action(handler, arg);

    if (action == NULL)
        return -ENOMEM;
    unsigned long irq = spin_lock(&irq_lock);
    struct irq_vector *v = new_vector(NO_GSI);
    if (v != NULL) {
        add_action(v, action);
        *address = MSI_ADDRESS | destination(cpu) << 12;
        *data = vector_number(v);
    }
    spin_unlock(&irq_lock, irq);
    if (v == NULL)
        kfree(action);
    return v != NULL ? 0 : -ENOSPC;
}

static void run_actions(unsigned index)
{
    struct irq_action *a;

    if (vectors == NULL)
        return;
    a = atomic_load_explicit(&vectors[index].actions, memory_order_acquire);
    for (; a != NULL; a = load_relaxed(&a->next))
        a->handler(a->arg);
}

void interrupt_handle(unsigned vector)
{
    struct cpu *cpu = this_cpu();

    cpu->irq_depth++;
    switch (vector) {
    case VECTOR_TIMER:
        apic_eoi();
        timer_interrupt();
        break;
    case VECTOR_RESCHEDULE: /* the exit from the interrupt does the rest */
        apic_eoi();
        timer_settle();
        break;
    case VECTOR_CALL:
        apic_eoi();
        ipi_serve(cpu);
        break;
    case VECTOR_SPURIOUS: /* needs no EOI */
        break;
    default:
        if (vector >= VECTOR_DEVICE_FIRST && vector <= VECTOR_DEVICE_LAST)
            run_actions(vector - VECTOR_DEVICE_FIRST);
        apic_eoi(); /* after the handler, which has deasserted a level-triggered line */
    }
    cpu->irq_depth--;
}
