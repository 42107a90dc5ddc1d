/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages for the user: one line each, `hermit: …`, on stderr.
 */
#ifndef LAUNCHER_REPORT_H
#define LAUNCHER_REPORT_H

#include <stdio.h>

/* Prints one line `hermit: …` and returns −1, so that `return fail(…)` ends a function. */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a line as fail() does, for a warning. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Sets the stream for the lines; NULL: stderr. For tests. */
void report_redirect(FILE *stream);

#endif
