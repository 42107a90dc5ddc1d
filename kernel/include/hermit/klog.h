/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the kernel log (hermit/panic.h: klog) goes, and the serial port of the first moments. */
#ifndef HERMIT_KLOG_H
#define HERMIT_KLOG_H

#include <hermit/types.h>

/* Takes log text once there is a log port; NULL: the serial port. Set by the console, any context
 * may call it. */
extern void (*klog_sink)(const char *text, size_t length);

/* True if the user asked for the log: the boot block's flag, or the word hermit.verbose of the
 * command line. */
extern bool klog_verbose;

/* First 16550; polls, any context, nothing when there is none. */
void early_serial_write(const char *text, size_t length);

#endif
