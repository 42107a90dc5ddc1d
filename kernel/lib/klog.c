/* SPDX-License-Identifier: BSD-3-Clause */
/* Kernel log. The sink is set once at boot; lines of several cores may interleave, never within a
 * call. No locks of its own. */
#include <hermit/klog.h>
#include <hermit/panic.h>
#include <stdarg.h>

void (*klog_sink)(const char *text, size_t length);
bool klog_verbose;

void klog(const char *fmt, ...)
{
    char text[256];
    va_list ap;

    if (!klog_verbose)
        return;
    va_start(ap, fmt);
    int n = kvsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    size_t length = MIN((size_t)n, sizeof(text) - 1);
    if (klog_sink != NULL)
        klog_sink(text, length);
    else
        early_serial_write(text, length);
}
