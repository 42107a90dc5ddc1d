/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Included in front of every C and C++ file by the compiler's configuration:
 * records which instruction-set extensions the file was compiled for, as one word
 * in section .hermit_isa. The kernel refuses to start an image that needs an
 * extension which the processor lacks. Defines no macro that stays, and emits nothing
 * in a file compiled for plain x86-64. Bits: arch/x86_64/features.c.
 */
#if !defined(__ASSEMBLER__) && defined(__x86_64__) && defined(__SSE3__)
#pragma push_macro("HERMIT_ISA_BIT")
#undef HERMIT_ISA_BIT
#define HERMIT_ISA_BIT(value) "|" #value
/* clang-format off */
__asm__(".pushsection .hermit_isa,\"aMR\",@progbits,4\n\t.balign 4\n\t.long 0x1"
#ifdef __SSSE3__
        HERMIT_ISA_BIT(0x2)
#endif
#ifdef __SSE4_1__
        HERMIT_ISA_BIT(0x4)
#endif
#ifdef __SSE4_2__
        HERMIT_ISA_BIT(0x8)
#endif
#ifdef __POPCNT__
        HERMIT_ISA_BIT(0x10)
#endif
#ifdef __AVX__
        HERMIT_ISA_BIT(0x20)
#endif
#ifdef __F16C__
        HERMIT_ISA_BIT(0x40)
#endif
#ifdef __FMA__
        HERMIT_ISA_BIT(0x80)
#endif
#ifdef __AVX2__
        HERMIT_ISA_BIT(0x100)
#endif
#ifdef __BMI__
        HERMIT_ISA_BIT(0x200)
#endif
#ifdef __BMI2__
        HERMIT_ISA_BIT(0x400)
#endif
#ifdef __LZCNT__
        HERMIT_ISA_BIT(0x800)
#endif
#ifdef __MOVBE__
        HERMIT_ISA_BIT(0x1000)
#endif
#ifdef __AVX512F__
        HERMIT_ISA_BIT(0x2000)
#endif
#ifdef __AVX512CD__
        HERMIT_ISA_BIT(0x4000)
#endif
#ifdef __AVX512BW__
        HERMIT_ISA_BIT(0x8000)
#endif
#ifdef __AVX512DQ__
        HERMIT_ISA_BIT(0x10000)
#endif
#ifdef __AVX512VL__
        HERMIT_ISA_BIT(0x20000)
#endif
#ifdef __AES__
        HERMIT_ISA_BIT(0x40000)
#endif
#ifdef __PCLMUL__
        HERMIT_ISA_BIT(0x80000)
#endif
#ifdef __SHA__
        HERMIT_ISA_BIT(0x100000)
#endif
#ifdef __AVX512VNNI__
        HERMIT_ISA_BIT(0x200000)
#endif
#ifdef __AVX512VBMI__
        HERMIT_ISA_BIT(0x400000)
#endif
#ifdef __AVX512IFMA__
        HERMIT_ISA_BIT(0x800000)
#endif
#ifdef __GFNI__
        HERMIT_ISA_BIT(0x1000000)
#endif
#ifdef __VAES__
        HERMIT_ISA_BIT(0x2000000)
#endif
#ifdef __VPCLMULQDQ__
        HERMIT_ISA_BIT(0x4000000)
#endif
#ifdef __ADX__
        HERMIT_ISA_BIT(0x8000000)
#endif
        "\n\t.popsection");
/* clang-format on */
#pragma pop_macro("HERMIT_ISA_BIT")
#endif
