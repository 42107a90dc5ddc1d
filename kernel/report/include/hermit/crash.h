/* SPDX-License-Identifier: BSD-3-Clause */
/* The report of what ended the program. */
#ifndef HERMIT_CRASH_H
#define HERMIT_CRASH_H

#include <hermit/signal_frame.h>

/* Reports on stderr and through the launcher that signal `sig` ends the program. Returns only to
 * the first caller. */
void crash_report(const struct trap_frame *frame, int sig, const struct siginfo_data *info);

#endif
