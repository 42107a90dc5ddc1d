/* SPDX-License-Identifier: BSD-3-Clause */
/* Output of the kernel log (hermit/panic.h: klog), and the early serial port. */
#ifndef HERMIT_KLOG_H
#define HERMIT_KLOG_H

#include <hermit/types.h>

/* Writes log text to the log port; NULL before there is one: klog() uses the serial port. Set by
 * the console; any context. */
extern void (*klog_sink)(const char *text, size_t length);

/* True if the user asked for the log: the boot block's flag, or the word hermit.verbose of the
 * command line. */
extern bool klog_verbose;

/* Writes to the first 16550; does nothing if there is none. Polls; any context. */
void early_serial_write(const char *text, size_t length);

#endif
