/* SPDX-License-Identifier: BSD-3-Clause */
/* Local APIC (xAPIC and x2APIC; Intel SDM vol. 3, chapter 11). */
#ifndef X86_APIC_H
#define X86_APIC_H

#include <hermit/types.h>

/* Detects the mode, sets up CPU 0's APIC, masks the legacy controllers. Interrupts off. */
void apic_init(void);
/* Sets up this core's APIC. */
void apic_cpu_init(void);

uint32_t apic_id(void);
void apic_eoi(void);
/* True from the arrival of an interrupt at this core to its apic_eoi(). */
bool apic_in_service(unsigned vector);

/* Sends a fixed interrupt, or the special kinds below, to one core by APIC id. Any context. */
void apic_send(uint32_t apic_id, unsigned vector);
void apic_send_nmi(uint32_t apic_id);
void apic_send_init(uint32_t apic_id);
void apic_send_startup(uint32_t apic_id, paddr_t page); /* page below 1 MiB */

/* The timer of this core: a one-shot countdown of `count` ticks, 0 stops it. */
void apic_timer_count(uint32_t count);
uint32_t apic_timer_left(void);
/* TSC-deadline mode instead of the countdown, on this core. */
void apic_timer_use_deadline(void);

/* True in x2APIC mode; constant after apic_init(). */
extern bool apic_x2;

#endif
