/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Follows a program's system calls from outside, by breakpoints of QEMU's gdb stub in the kernel's
 * text: the machine executes nothing for it, and the image holds nothing for it.
 */
#ifndef LAUNCHER_TRACE_H
#define LAUNCHER_TRACE_H

#include "trace_calls.h"

#include <stdbool.h>

struct image;
struct trace;

struct trace_options {
    bool wanted;
    bool counts; /* a table at the end instead of lines */
    struct call_set calls;
    const char *file; /* where it is written; NULL: stderr */
};

/*
 * Begins with a machine that has not run yet, whose gdb stub is at the socket `fd` (nonblocking,
 * not owned), and lets it run. NULL after one line on stderr. trace_end() releases it.
 */
struct trace *trace_begin(const struct trace_options *options, const struct image *image, int fd);

/*
 * Something can be read from the socket: handles the machine's stops and lets it go on. 0, or −1
 * after one line on stderr: it stands, and the stub does not answer.
 */
int trace_run(struct trace *trace);

/* The descriptor to poll; −1: the stub is gone. */
int trace_fd(const struct trace *trace);

/* The program's end: by `signal`, if that is not 0, or with `code`; −1: not known. */
void trace_end(struct trace *trace, int code, int signal);

#endif
