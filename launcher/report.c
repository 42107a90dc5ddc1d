/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The launcher's messages. Owns the output stream; no locks, since the launcher runs one thread at
 * a time (stack.c).
 */
#include "report.h"

#include <stdarg.h>

static FILE *report_stream;

static void print_line(const char *format, va_list args)
{
    char line[1024];
    int n = vsnprintf(line, sizeof(line), format, args);
    if (n < 0) {
        return;
    }
    /* A path may contain a line feed, but an error is always one line. */
    for (char *p = line; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\r') {
            *p = '?';
        }
    }
    FILE *out = report_stream != NULL ? report_stream : stderr;
    fprintf(out, "hermit: %s\n", line);
    fflush(out);
}

int fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
    return -1;
}

void warn(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(format, args);
    va_end(args);
}

void report_redirect(FILE *stream)
{
    report_stream = stream;
}
