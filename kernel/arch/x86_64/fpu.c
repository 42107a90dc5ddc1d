/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns extended state: enables it on each core, saves and loads it. No locks: every
 * function works on the running task or a task that this core switches.
 */
#include "fpu.h"
#include "cpuid.h"
#include "registers.h"
#include <arch/init.h>
#include <asm/siginfo.h>
#include <hermit/types.h>

#define XCR0_X87_SSE 0x03UL
#define XCR0_AVX     0x04UL
#define XCR0_AVX512  0xe0UL

#define CPUID_D1_EAX_XSAVEC 0x2

#define MXCSR_DEFAULT      0x1f80U
#define MXCSR_MASK_DEFAULT 0xffbfU /* for processors that leave the field 0 */
#define X87_CW_DEFAULT     0x37f

struct fpu_features fpu_features;

/* FXSAVE image of the initial state, and an XSAVE header that marks every component initial. */
static const struct {
    uint16_t cw, sw;
    uint8_t tags, reserved0;
    uint16_t opcode;
    uint64_t ip, dp;
    uint32_t mxcsr, mxcsr_mask;
    uint8_t registers[FPU_LEGACY_SIZE - 32];
    uint8_t header[FPU_HEADER_SIZE];
} __attribute__((aligned(64))) initial = {.cw = X87_CW_DEFAULT, .mxcsr = MXCSR_DEFAULT};

static void write_xcr0(uint64_t value)
{
    __asm__ volatile("xsetbv" ::"c"(0), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static uint64_t supported_components(void)
{
    struct cpuid leaf = cpuid_checked(0xd, 0);
    uint64_t offered = leaf.eax | (uint64_t)leaf.edx << 32;
    uint64_t mask = XCR0_X87_SSE | (offered & XCR0_AVX);
    if (mask & XCR0_AVX && (offered & XCR0_AVX512) == XCR0_AVX512)
        mask |= XCR0_AVX512;
    return mask;
}

static uint32_t read_mxcsr_mask(void)
{
    uint8_t area[FPU_LEGACY_SIZE] __attribute__((aligned(16)));
    __asm__ volatile("fxsave64 %0" : "=m"(area));
    uint32_t mask = *(uint32_t *)(void *)(area + 28);
    return mask != 0 ? mask : MXCSR_MASK_DEFAULT;
}

/* Detects the features. CPU 0 only. */
static void detect(void)
{
    struct fpu_features *f = &fpu_features;
    f->xsave = cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE;
    f->fsgsbase = cpuid_checked(7, 0).ebx & CPUID_7_EBX_FSGSBASE;
    f->mask = f->xsave ? supported_components() : XCR0_X87_SSE;
    f->xsavec = f->xsave && cpuid(0xd, 1).eax & CPUID_D1_EAX_XSAVEC;
}

void fpu_cpu_init(void)
{
    struct fpu_features *f = &fpu_features;
    if (f->mask == 0)
        detect();
    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT | (f->xsave ? CR4_OSXSAVE : 0) |
              (f->fsgsbase ? CR4_FSGSBASE : 0));
    if (f->xsave)
        write_xcr0(f->mask);
    if (f->size == 0) {
        f->size = f->xsave ? ALIGN_UP((size_t)cpuid(0xd, 0).ebx, 64) : FPU_LEGACY_SIZE;
        f->mxcsr_mask = read_mxcsr_mask();
        f->frame_size = f->size + FP_XSTATE_MAGIC2_SIZE;
        f->sw = (struct _fpx_sw_bytes){
            .magic1 = FP_XSTATE_MAGIC1,
            .extended_size = (uint32_t)f->frame_size,
            .xfeatures = f->mask,
            .xstate_size = (uint32_t)f->size,
        };
    }
    fpu_init_state();
}

void fpu_init_state(void)
{
    fpu_restore(&initial);
}

void fpu_save(void *area)
{
    uint64_t mask = fpu_features.mask;
    if (fpu_features.xsave)
        __asm__ volatile("xsave64 (%0)" ::"r"(area), "a"((uint32_t)mask),
                         "d"((uint32_t)(mask >> 32))
                         : "memory");
    else
        __asm__ volatile("fxsave64 (%0)" ::"r"(area) : "memory");
}

void fpu_restore(const void *area)
{
    uint64_t mask = fpu_features.mask;
    if (fpu_features.xsave)
        __asm__ volatile("xrstor64 (%0)" ::"r"(area), "a"((uint32_t)mask),
                         "d"((uint32_t)(mask >> 32))
                         : "memory");
    else
        __asm__ volatile("fxrstor64 (%0)" ::"r"(area) : "memory");
}

int fpu_exception_code(bool x87)
{
    unsigned flags;
    if (x87) {
        uint16_t cw, sw;
        __asm__ volatile("fnstcw %0" : "=m"(cw));
        __asm__ volatile("fnstsw %0" : "=m"(sw));
        flags = sw & ~(unsigned)cw;
    } else {
        uint32_t mxcsr;
        __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
        flags = mxcsr & ~(mxcsr >> 7);
    }
    if (flags & 0x01)
        return FPE_FLTINV;
    if (flags & 0x04)
        return FPE_FLTDIV;
    if (flags & 0x08)
        return FPE_FLTOVF;
    if (flags & 0x12) /* underflow, denormal operand */
        return FPE_FLTUND;
    return flags & 0x20 ? FPE_FLTRES : 0;
}
