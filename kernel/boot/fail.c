/* SPDX-License-Identifier: BSD-3-Clause */
/* Refusal to run: writes one line to the first serial port, where the launcher reads it, and resets
 * the machine. Needs nothing that boot sets up; no locks. */
#include <arch/init.h>
#include <hermit/klog.h>
#include <hermit/panic.h>
#include <hermit/string.h>
#include <stdarg.h>

void boot_fail(const char *fmt, ...)
{
    static const char prefix[] = "hermit: ";
    char text[200];
    va_list ap;

    va_start(ap, fmt);
    kvsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    early_serial_write(prefix, sizeof(prefix) - 1);
    early_serial_write(text, strlen(text));
    early_serial_write("\n", 1);
    arch_reset();
}
