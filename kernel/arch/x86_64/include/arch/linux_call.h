/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * System calls of a Linux host, for an image that was started there as a program
 * (boot/self_start.c). Unrelated to the kernel's own.
 */
#ifndef ARCH_LINUX_CALL_H
#define ARCH_LINUX_CALL_H

#include <asm/unistd.h>

/* Returns −errno as Linux does. */
static inline long linux_call(long number, const void *a, const void *b, const void *c)
{
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}

#endif
