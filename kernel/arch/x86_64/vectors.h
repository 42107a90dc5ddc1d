/* SPDX-License-Identifier: BSD-3-Clause */
/* Selectors of the GDT and vectors of the IDT. For C and assembler. */
#ifndef X86_VECTORS_H
#define X86_VECTORS_H

#define KERNEL_CS    0x08
#define KERNEL_DS    0x10
#define TSS_SELECTOR 0x18

/* Interrupt vectors. 0x20-0x2f: the legacy controllers, masked; 0x30-0xef: devices. */
#define VECTOR_DEVICE_FIRST 0x30
#define VECTOR_DEVICE_LAST  0xef
#define VECTOR_TIMER        0xf0
#define VECTOR_RESCHEDULE   0xf1
#define VECTOR_CALL         0xf2
#define VECTOR_SPURIOUS     0xff

#ifndef __ASSEMBLER__
/* Exception vectors (Intel SDM vol. 3, 6.3.1) that code names. */
enum {
    VECTOR_DEBUG = 1,
    VECTOR_NMI = 2,
    VECTOR_DOUBLE_FAULT = 8,
    VECTOR_NOT_PRESENT = 11,
    VECTOR_GENERAL_PROTECTION = 13,
    VECTOR_PAGE_FAULT = 14,
    VECTOR_MACHINE_CHECK = 18,
};

#define ERROR_IN_IDT 2U /* of an error code: the index is one of a gate */
#endif

#endif
