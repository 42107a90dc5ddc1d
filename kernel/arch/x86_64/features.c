/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks that this processor can run this image: the kernel's own needs and the words
 * that hermit/isa.h left in section .hermit_isa. Runs on the identity map; no locks.
 */
#include "features.h"
#include "cpuid.h"
#include "registers.h"
#include <hermit/panic.h>
#include <hermit/string.h>

/* Bounds of the words of hermit/isa.h, from the link script. */
extern const uint32_t __hermit_isa_start[] __attribute__((visibility("hidden")));
extern const uint32_t __hermit_isa_end[] __attribute__((visibility("hidden")));

enum register_id { LEAF1_ECX, LEAF7_EBX, LEAF7_ECX, EXTENDED1_ECX, NR_REGISTERS };

/* Indexed by bit of the word. Names are arrays, not pointers: nothing is relocated yet. */
static const struct {
    uint8_t reg, bit;
    char name[13];
} features[] = {
    {LEAF1_ECX, 0, "SSE3"},         {LEAF1_ECX, 9, "SSSE3"},       {LEAF1_ECX, 19, "SSE4.1"},
    {LEAF1_ECX, 20, "SSE4.2"},      {LEAF1_ECX, 23, "POPCNT"},     {LEAF1_ECX, 28, "AVX"},
    {LEAF1_ECX, 29, "F16C"},        {LEAF1_ECX, 12, "FMA"},        {LEAF7_EBX, 5, "AVX2"},
    {LEAF7_EBX, 3, "BMI1"},         {LEAF7_EBX, 8, "BMI2"},        {EXTENDED1_ECX, 5, "LZCNT"},
    {LEAF1_ECX, 22, "MOVBE"},       {LEAF7_EBX, 16, "AVX-512F"},   {LEAF7_EBX, 28, "AVX-512CD"},
    {LEAF7_EBX, 30, "AVX-512BW"},   {LEAF7_EBX, 17, "AVX-512DQ"},  {LEAF7_EBX, 31, "AVX-512VL"},
    {LEAF1_ECX, 25, "AES"},         {LEAF1_ECX, 1, "PCLMULQDQ"},   {LEAF7_EBX, 29, "SHA"},
    {LEAF7_ECX, 11, "AVX-512VNNI"}, {LEAF7_ECX, 1, "AVX-512VBMI"}, {LEAF7_EBX, 21, "AVX-512IFMA"},
    {LEAF7_ECX, 8, "GFNI"},         {LEAF7_ECX, 9, "VAES"},        {LEAF7_ECX, 10, "VPCLMULQDQ"},
    {LEAF7_EBX, 19, "ADX"},
};

/* Writes the names of the features in `missing`, separated by commas; truncates to `size`. */
static void list_names(char *text, size_t size, uint32_t missing)
{
    size_t length = 0;

    text[0] = 0;
    for (unsigned i = 0; i < ARRAY_SIZE(features); i++) {
        if (!(missing >> i & 1) || length + 1 >= size)
            continue;
        length += (size_t)ksnprintf(text + length, size - length, "%s%s", length > 0 ? ", " : "",
                                    features[i].name);
    }
}

static uint32_t features_present(void)
{
    struct cpuid leaf7 = cpuid_checked(7, 0);
    uint32_t registers[NR_REGISTERS] = {
        [LEAF1_ECX] = cpuid(1, 0).ecx,
        [LEAF7_EBX] = leaf7.ebx,
        [LEAF7_ECX] = leaf7.ecx,
        [EXTENDED1_ECX] = cpuid_checked(0x80000001, 0).ecx,
    };
    uint32_t present = 0;

    for (unsigned i = 0; i < ARRAY_SIZE(features); i++)
        present |= (registers[features[i].reg] >> features[i].bit & 1) << i;
    return present;
}

/* The kernel's own requirements; boot32.S has checked long mode and NX. */
static void check_kernel_needs(void)
{
    if (!(cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE))
        boot_fail("this processor lacks XSAVE (give QEMU -cpu max)");
    if (!(cpuid_checked(7, 0).ebx & CPUID_7_EBX_FSGSBASE))
        boot_fail("this processor lacks FSGSBASE (give QEMU -cpu max)");
}

void features_check(void)
{
    uint32_t needed = 0;

    check_kernel_needs();
    for (const uint32_t *word = __hermit_isa_start; word < __hermit_isa_end; word++)
        needed |= *word;
    if (needed == 0)
        return;
    uint32_t missing = needed & ~features_present();
    if (missing != 0) {
        char names[120];
        list_names(names, sizeof(names), missing);
        boot_fail("the image was compiled for instructions that this processor lacks: %s", names);
    }
}
