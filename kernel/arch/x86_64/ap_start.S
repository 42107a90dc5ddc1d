/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Start of the cores other than CPU 0 (C side: smp.c). ap_trampoline is copied to
 * a page below 1 MiB, where each core begins in real mode at its first byte, after
 * CPU 0 has filled in the run-time addresses. It enters long mode on the boot's
 * identity tables and jumps to ap_start64, which is ordinary kernel text.
 * All registers may change.
 */
#include "registers.h"

    .macro GLOBAL names:vararg
    .irp name, \names
    .globl \name
    .hidden \name
    .endr
    .endm

    .section .text.ap_start, "ax"
    GLOBAL ap_trampoline, ap_trampoline_end, ap_code32, ap_code64, ap_start64
    GLOBAL ap_gdt, ap_gdt_base, ap_far32, ap_tables, ap_far64, ap_target
    .balign 16
    .code16
ap_trampoline:
    cli
    cld
    movw %cs, %ax
    movw %ax, %ds
    movl (ap_tables - ap_trampoline), %ebx
    lgdtl (ap_gdt_pointer - ap_trampoline)
    movl %cr0, %eax
    orl $CR0_PE, %eax
    movl %eax, %cr0
    ljmpl *(ap_far32 - ap_trampoline)

    .code32
ap_code32:
    movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $CR4_PAE, %eax
    movl %eax, %cr4
    movl %ebx, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl $(EFER_LME | EFER_NXE), %eax
    wrmsr
    movl $(CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG), %eax
    movl %eax, %cr0
ap_far64_instruction:
    .byte 0xea                          /* ljmp $0x18, address of ap_code64 */
ap_far64:
    .long 0
    .word 0x18

    .code64
ap_code64:
    jmpq *ap_target(%rip)

    .balign 8
ap_gdt:
    .quad 0
    .quad 0x00cf9b000000ffff            /* 0x08: 32-bit code */
    .quad 0x00cf93000000ffff            /* 0x10: data */
    .quad 0x00af9b000000ffff            /* 0x18: 64-bit code */
ap_gdt_pointer:
    .word ap_gdt_pointer - ap_gdt - 1
ap_gdt_base:                            /* address of the copy of ap_gdt */
    .long 0
    .word 0
ap_far32:                               /* address of the copy of ap_code32, selector */
    .long 0
    .word 0x08
    .word 0
ap_tables:                              /* CR3: identity and everything else */
    .long 0
    .balign 8
ap_target:                              /* virtual address of ap_start64 */
    .quad 0
ap_trampoline_end:

/* The core's number is the index of its APIC id in platform.apic_ids. */
ap_start64:
    movl $1, %eax
    cpuid
    shrl $24, %ebx
    cmpb $0, apic_x2(%rip)
    je 1f
    movl $0xb, %eax
    xorl %ecx, %ecx
    cpuid
    movl %edx, %ebx
1:  leaq platform(%rip), %rsi           /* apic_ids is its first member */
    leaq cpus(%rip), %rdi
    xorl %ecx, %ecx
2:  incl %ecx
    cmpl ap_count(%rip), %ecx
    jae 3f
    cmpl %ebx, (%rsi, %rcx, 4)
    jne 2b
    movq boot_info_root(%rip), %rax
    movq %rax, %cr3
    movq (%rdi, %rcx, 8), %rdi
    movq 0x10(%rdi), %rsp               /* kstack_top of struct cpu */
    xorl %ebp, %ebp
    call ap_main
3:  hlt                                 /* not in the list */
    jmp 3b
