/* SPDX-License-Identifier: BSD-3-Clause */
/* Device interrupts and interrupts between cores. */
#ifndef HERMIT_IRQ_H
#define HERMIT_IRQ_H

#include <hermit/cpumask.h>
#include <hermit/types.h>

enum irq_flags { IRQ_EDGE = 0, IRQ_LEVEL = 1, IRQ_LOW = 2 /* active low */ };

typedef void (*irq_handler)(void *arg);

/*
 * Routes global system interrupt `gsi` (I/O APIC input) to a core and calls
 * handler(arg) in interrupt context. Handlers that share a gsi are all called, on
 * the core of the first one. 0, −EINVAL (no such input), −ENOSPC (no vector left).
 */
int irq_request(unsigned gsi, unsigned flags, unsigned cpu, irq_handler handler, void *arg);

/* A message-signalled interrupt: stores what the device must write. 0 or −ENOSPC. */
int irq_request_msi(unsigned cpu, irq_handler handler, void *arg, uint64_t *address,
                    uint32_t *data);

/* Makes `cpu` call schedule() soon: ends its halt, or preempts the application. */
void ipi_reschedule(unsigned cpu);

/*
 * Runs fn(arg) in interrupt context on every core of `mask`, which excludes this one,
 * and waits for all. Interrupts must be on and no spin lock held: a waiting core
 * serves the requests of others. `arg` must stay valid until the call returns.
 */
void ipi_call(const struct cpumask *mask, void (*fn)(void *arg), void *arg);

/* Stops all other cores for good; for panic and the end of the machine. Any context. */
void ipi_stop_others(void);

#endif
