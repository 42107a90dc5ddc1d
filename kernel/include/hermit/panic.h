/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel log, assertions and the end of the machine. */
#ifndef HERMIT_PANIC_H
#define HERMIT_PANIC_H

#include <hermit/types.h>

/*
 * Kernel log, printf-like: %d %u %x %lx %lu %ld %llu %p %s %c %zu, width, 0 and
 * '-'. Goes to the log port, or to the 16550 before that exists; silent unless
 * klog_verbose (hermit/klog.h).
 */
void klog(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* snprintf with the same formats. Returns the untruncated length. */
int ksnprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int kvsnprintf(char *buf, size_t size, const char *fmt, __builtin_va_list ap);

/*
 * A bug in the kernel: stops all cores, reports with backtrace and ends the machine
 * with signal SIGABRT (status 134). Any context.
 */
_Noreturn void panic(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same for an exception in the kernel; addr: the address accessed, or 0. */
struct trap_frame;
_Noreturn void panic_trap(const struct trap_frame *frame, const char *what, uintptr_t addr);

/* The machine cannot run this image (a CPU feature, memory): one line to the launcher,
 * status 125. */
_Noreturn void boot_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#ifdef HERMIT_ASSERT /* debug and chaos kernels */
#define ASSERT(c)                                                                                  \
    do {                                                                                           \
        if (!(c))                                                                                  \
            panic("assertion failed: %s (%s:%d)", #c, __FILE__, __LINE__);                         \
    } while (0)
#else
#define ASSERT(c) ((void)sizeof(c))
#endif

#endif
