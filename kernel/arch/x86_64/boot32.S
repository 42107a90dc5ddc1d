/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * First instructions of an image (PVH, Xen's "direct boot" ABI): 32-bit protected
 * mode, no paging, EBX = physical address of struct hvm_start_info. Enters long
 * mode on an identity map of the first 4 GiB, calls boot_early() (boot/early.c),
 * then switches to the final page tables and the high address and ends in
 * boot_high(). Everything here is position independent: a PIE image may hold no
 * absolute relocations in its text.
 *
 * The same address is the ELF entry. Linux enters it in 64-bit user mode when the
 * image is started as a program, and self_start() (boot/self_start.c) takes over.
 */
#include "registers.h"
#include "vectors.h"
#include <arch/layout.h>
#include <arch/pte.h>

#define STACK_SIZE 16384
/*
 * One word of stack to get the address of this code: the padding at the end of
 * e_ident in the ELF header, the only memory known to be free. (Low memory may
 * hold the boot loader's data.)
 */
#define SCRATCH_STACK (IMAGE_LINK_BASE + 16)

    .section .text.__hermit_start, "ax"
    .code32
    .globl __hermit_start
    .hidden __hermit_start
    .type __hermit_start, @function
__hermit_start:
    xorl %eax, %eax
    .byte 0x48, 0xff, 0xc0              /* 32-bit: decl, incl, to zero; 64-bit: incq, to one */
    jnz entered_in_64_bits
    cli
    cld
    movl $SCRATCH_STACK, %esp
    call 1f
1:  popl %ebp                           /* address of 1 */
    movl $0, -4(%esp)
    leal (boot_stack_top - 1b)(%ebp), %esp
    movl %ebx, %edi                     /* start_info, for boot_early() */

    /* Long mode and NX are required. */
    movl $0x80000000, %eax
    cpuid
    cmpl $0x80000001, %eax
    jb no_long_mode
    movl $0x80000001, %eax
    cpuid
    testl $CPUID_81_EDX_LM, %edx
    jz no_long_mode
    testl $CPUID_81_EDX_NX, %edx
    jz no_long_mode

    /* Identity map: 1 GiB pages if supported, else four directories of 2 MiB pages. */
    leal (boot_pml4 - 1b)(%ebp), %esi
    leal (boot_pdpt - 1b)(%ebp), %eax
    orl $(PTE_PRESENT | PTE_WRITE), %eax
    movl %eax, (%esi)
    leal (boot_pdpt - 1b)(%ebp), %ecx
    testl $CPUID_81_EDX_1G, %edx
    jz small_pages
    movl $(PTE_PRESENT | PTE_WRITE | PTE_HUGE), %eax
2:  movl %eax, (%ecx)
    addl $8, %ecx
    addl $0x40000000, %eax
    jnc 2b
    jmp enter_long_mode

small_pages:
    leal (boot_pds - 1b)(%ebp), %eax
    orl $(PTE_PRESENT | PTE_WRITE), %eax
    movl $4, %edx
3:  movl %eax, (%ecx)
    addl $8, %ecx
    addl $4096, %eax
    decl %edx
    jnz 3b
    leal (boot_pds - 1b)(%ebp), %ecx
    movl $(PTE_PRESENT | PTE_WRITE | PTE_HUGE), %eax
4:  movl %eax, (%ecx)
    addl $8, %ecx
    addl $0x200000, %eax
    jnc 4b

enter_long_mode:
    movl $CR4_PAE, %eax
    movl %eax, %cr4
    movl %esi, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl $(EFER_LME | EFER_NXE), %eax
    wrmsr
    movl $(CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_PG), %eax
    movl %eax, %cr0

    /* The GDT's base is known only at run time: build the descriptor on the stack. */
    leal (boot_gdt - 1b)(%ebp), %eax
    subl $8, %esp
    movw $(boot_gdt_end - boot_gdt - 1), (%esp)
    movl %eax, 2(%esp)
    lgdt (%esp)
    addl $8, %esp
    leal (start64 - 1b)(%ebp), %eax
    pushl $KERNEL_CS
    pushl %eax
    lretl

/* Prints one line on the first serial port and halts: nothing else can be relied on. */
no_long_mode:
    leal (message - 1b)(%ebp), %esi
    movl $0x3f8, %edx
5:  movb (%esi), %al
    testb %al, %al
    jz 6f
    outb %al, %dx
    incl %esi
    jmp 5b
6:  hlt
    jmp 6b

    .code64
/* Entered by Linux, with argc, argv, environment on the stack. Halts in ring 0: no such entry. */
entered_in_64_bits:
    movl %cs, %eax
    testb $3, %al
    jz 7f
    movq %rsp, %rdi
    movq (%rdi), %rax
    leaq 64(, %rax, 8), %rax
    subq %rax, %rsp
    movq %rsp, %rsi
    andq $-16, %rsp
    xorl %ebp, %ebp
    call self_start
7:  cli
    hlt
    jmp 7b

start64:
    movl $KERNEL_DS, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    leaq boot_stack_top(%rip), %rsp
    leaq cpu0(%rip), %rax
    call set_gs_base
    xorl %ebp, %ebp
    movl %edi, %edi
    call boot_early                     /* rax: root of the final tables, rdx: bias */

    movq %rdx, %rbx
    movq %rax, %cr3
    leaq high(%rip), %rax
    addq %rbx, %rax
    addq %rbx, %rsp
    jmpq *%rax
high:
    leaq cpu0(%rip), %rax
    call set_gs_base
    call boot_high
    ud2

/* GS base = rax. Changes rcx, rdx. */
set_gs_base:
    movq %rax, %rdx
    shrq $32, %rdx
    movl $MSR_GS_BASE, %ecx
    wrmsr
    ret

    .section .rodata.boot32, "a"
    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff            /* KERNEL_CS: 64-bit code */
    .quad 0x00cf93000000ffff            /* KERNEL_DS */
boot_gdt_end:
message:
    .asciz "hermit: this processor has no 64-bit mode with no-execute pages\n"

    .section .bss.boot32, "aw", @nobits
    .balign 4096
    .globl boot_pml4
    .hidden boot_pml4
boot_pml4:
    .skip 4096
boot_pdpt:
    .skip 4096
boot_pds:
    .skip 4 * 4096
boot_stack:
    .skip STACK_SIZE
    .globl boot_stack_top
    .hidden boot_stack_top
boot_stack_top:
