/* SPDX-License-Identifier: BSD-3-Clause */
/* The processor's own random numbers. */
#ifndef ARCH_RANDOM_H
#define ARCH_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* 64 random bits (RDRAND). False: none available, *value is undefined. Any context, also before
 * relocation. */
static inline bool arch_random64(uint64_t *value)
{
    uint32_t eax = 1, ebx, ecx = 0, edx;

    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    if (!(ecx & (1u << 30)))
        return false;
    for (int tries = 0; tries < 10; tries++) {
        bool ok;
        __asm__ volatile("rdrand %0" : "=r"(*value), "=@ccc"(ok));
        if (ok)
            return true;
    }
    return false;
}

#endif
