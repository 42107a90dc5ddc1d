/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by the files of SMP start and of interrupts between cores. */
#ifndef X86_SMP_H
#define X86_SMP_H

#include <hermit/types.h>

struct cpu;

/* Serves other cores' calls to this one. Interrupts off. */
void ipi_serve(struct cpu *cpu);

/* First C code of another core, on its own stack, with the final tables (ap_start.S). */
_Noreturn void ap_main(struct cpu *cpu);

/* Real-mode code to copy below 1 MiB, and the words in it to fill (ap_start.S). */
extern char ap_trampoline[], ap_trampoline_end[];
extern char ap_gdt_base[], ap_far32[], ap_far64[], ap_gdt[];
extern char ap_code32[], ap_code64[], ap_start64[], ap_target[], ap_tables[];

#endif
