/* SPDX-License-Identifier: BSD-3-Clause */
/* Bits of control registers, CPUID and MSRs (Intel SDM vol. 3 and 4). For C and assembler. */
#ifndef X86_REGISTERS_H
#define X86_REGISTERS_H

#define CR0_PE 0x1
#define CR0_MP 0x2
#define CR0_ET 0x10
#define CR0_NE 0x20
#define CR0_WP 0x10000
#define CR0_PG 0x80000000

#define CR4_PAE        0x20
#define CR4_OSFXSR     0x200
#define CR4_OSXMMEXCPT 0x400
#define CR4_FSGSBASE   0x10000
#define CR4_OSXSAVE    0x40000

#define MSR_APIC_BASE    0x1b
#define MSR_TSC_DEADLINE 0x6e0
#define MSR_X2APIC       0x800
#define MSR_EFER         0xc0000080
#define MSR_FS_BASE      0xc0000100
#define MSR_GS_BASE      0xc0000101
#define MSR_KVM_CLOCK    0x4b564d01

#define EFER_LME 0x100
#define EFER_NXE 0x800

#define CPUID_81_EDX_NX 0x00100000
#define CPUID_81_EDX_1G 0x04000000
#define CPUID_81_EDX_LM 0x20000000

#define CPUID_1_ECX_X2APIC       (1 << 21)
#define CPUID_1_ECX_TSC_DEADLINE (1 << 24)
#define CPUID_1_ECX_XSAVE        (1 << 26)
#define CPUID_1_ECX_HYPERVISOR   (1U << 31)
#define CPUID_7_EBX_FSGSBASE     (1 << 0)

#endif
