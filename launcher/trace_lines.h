/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lines of a trace, as `strace -f -tt -T` writes them: a call that has begun is an open line
 * until it ends; what comes between closes it with `<unfinished ...>`. And the table of counts.
 */
#ifndef LAUNCHER_TRACE_LINES_H
#define LAUNCHER_TRACE_LINES_H

#include "trace_calls.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct trace_lines {
    FILE *out;     /* NULL: no lines */
    uint64_t open; /* the call whose line is open, by its key; 0: none */
    size_t column; /* of that line */
    struct trace_count {
        uint64_t calls, errors, time_ns;
    } counts[CALL_NUMBERS];
};

/* `wall_ns`: the time of day of the event. `key`: of the call, any number but 0. */
void lines_begin(struct trace_lines *lines, uint64_t key, int tid, uint64_t wall_ns,
                 const char *text);

/*
 * The call's end; `name` is for a line that was closed. `result` is what stands behind `= `;
 * `duration_ns` is left out if it is UINT64_MAX.
 */
void lines_end(struct trace_lines *lines, uint64_t key, int tid, uint64_t wall_ns, const char *name,
               const char *text, const char *result, uint64_t duration_ns);

/* A line of its own. */
void lines_event(struct trace_lines *lines, int tid, uint64_t wall_ns, const char *text);

/* A call that the program never returns from. */
void lines_abandon(struct trace_lines *lines, uint64_t key, int tid, uint64_t wall_ns,
                   const char *name);

void lines_count(struct trace_lines *lines, unsigned number, bool error, uint64_t time_ns);

/* Prints the table, the calls that took most time first. */
void lines_print_counts(const struct trace_lines *lines, FILE *out);

#endif
