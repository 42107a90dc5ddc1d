/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended state: x87, SSE, AVX, AVX-512. The kernel itself never uses it, so the
 * registers always hold the running task's state; only task switches and signal
 * frames touch them.
 */
#ifndef FPU_H
#define FPU_H

#include <asm/sigcontext.h>
#include <hermit/types.h>

#define FPU_LEGACY_SIZE 512 /* FXSAVE area; the XSAVE header follows */
#define FPU_HEADER_SIZE 64

struct fpu_features {
    bool xsave, xsavec, fsgsbase;
    uint32_t mxcsr_mask;     /* bits that may be set */
    uint64_t mask;           /* XCR0: components to save */
    size_t size;             /* bytes of an area in standard format, multiple of 64 */
    size_t frame_size;       /* bytes in a signal frame: the second magic number follows XSAVE's */
    struct _fpx_sw_bytes sw; /* description of the extended state in a signal frame */
};
extern struct fpu_features fpu_features; /* constant after fpu_cpu_init() of CPU 0 */

/* Sets CR4.OSFXSR, OSXMMEXCPT, OSXSAVE, and XCR0 to all components that the kernel can save. */
SMALL void fpu_cpu_init(void);

/* Loads the state that programs and signal handlers start with: MXCSR 0x1f80, x87 CW 0x37f, all
 * else zero. */
void fpu_init_state(void);

/* Saves all registers to `area` (64-byte aligned) in standard format; the area's header must be
 * zero or from an earlier save. */
void fpu_save(void *area);
/* Loads all registers, from either format. The area must be valid: else #GP. */
void fpu_restore(const void *area);

/* si_code of SIGFPE for the pending exception of x87 or SSE; 0: none. */
int fpu_exception_code(bool x87);

#endif
