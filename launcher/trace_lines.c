/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of a trace and the table of counts. Owns nothing but the struct; one thread, no locks. */
#include "trace_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RESULT_COLUMN 40 /* strace's */

static size_t put_prefix(FILE *out, int tid, uint64_t wall_ns)
{
    time_t seconds = (time_t)(wall_ns / 1000000000);
    struct tm local = {0};
    localtime_r(&seconds, &local);
    int n = fprintf(out, "%-5d %02d:%02d:%02d.%06u ", tid, local.tm_hour, local.tm_min,
                    local.tm_sec, (unsigned)(wall_ns % 1000000000 / 1000));
    return n > 0 ? (size_t)n : 0;
}

static void close_line(struct trace_lines *lines)
{
    if (lines->open != 0) {
        fputs(" <unfinished ...>\n", lines->out);
        lines->open = 0;
    }
}

void lines_begin(struct trace_lines *lines, uint64_t key, int tid, uint64_t wall_ns,
                 const char *text)
{
    if (lines->out == NULL) {
        return;
    }
    close_line(lines);
    lines->column = put_prefix(lines->out, tid, wall_ns) + strlen(text);
    fputs(text, lines->out);
    fflush(lines->out);
    lines->open = key;
}

void lines_end(struct trace_lines *lines, uint64_t key, int tid, uint64_t wall_ns, const char *name,
               const char *text, const char *result, uint64_t duration_ns)
{
    FILE *out = lines->out;
    if (out == NULL) {
        return;
    }
    if (lines->open != key) {
        close_line(lines);
        lines->column = put_prefix(out, tid, wall_ns);
        int n = fprintf(out, "<... %s resumed>", name);
        lines->column += n > 0 ? (size_t)n : 0;
    }
    lines->open = 0;
    lines->column += strlen(text);
    fprintf(out, "%s%*s = %s", text,
            lines->column + 1 < RESULT_COLUMN ? (int)(RESULT_COLUMN - 1 - lines->column) : 0, "",
            result);
    if (duration_ns != UINT64_MAX) {
        fprintf(out, " <%" PRIu64 ".%06u>", duration_ns / 1000000000,
                (unsigned)(duration_ns % 1000000000 / 1000));
    }
    fputc('\n', out);
    fflush(out);
}

void lines_event(struct trace_lines *lines, int tid, uint64_t wall_ns, const char *text)
{
    if (lines->out == NULL) {
        return;
    }
    close_line(lines);
    put_prefix(lines->out, tid, wall_ns);
    fprintf(lines->out, "%s\n", text);
    fflush(lines->out);
}

void lines_abandon(struct trace_lines *lines, uint64_t key, int tid, uint64_t wall_ns,
                   const char *name)
{
    lines_end(lines, key, tid, wall_ns, name, " <unfinished ...>)", "?", UINT64_MAX);
}

void lines_count(struct trace_lines *lines, unsigned number, bool error, uint64_t time_ns)
{
    struct trace_count *count = &lines->counts[number];
    count->calls++;
    count->errors += error;
    count->time_ns += time_ns;
}

/* For qsort: of two numbers, which row comes first. */
static const struct trace_count *sorted_counts;

static int by_time(const void *a, const void *b)
{
    const struct trace_count *x = &sorted_counts[*(const uint16_t *)a];
    const struct trace_count *y = &sorted_counts[*(const uint16_t *)b];
    if (x->time_ns != y->time_ns) {
        return x->time_ns > y->time_ns ? -1 : 1;
    }
    return x->calls != y->calls ? (x->calls > y->calls ? -1 : 1)
                                : *(const uint16_t *)a - *(const uint16_t *)b;
}

static void put_row(FILE *out, const struct trace_count *count, uint64_t total_ns, const char *name)
{
    char errors[24] = "";
    if (count->errors != 0) {
        snprintf(errors, sizeof(errors), "%" PRIu64, count->errors);
    }
    fprintf(out, "%6.2f %11.6f %11" PRIu64 " %9" PRIu64 " %9s %s\n",
            total_ns != 0 ? 100.0 * (double)count->time_ns / (double)total_ns : 0.0,
            (double)count->time_ns / 1e9,
            count->calls != 0 ? count->time_ns / 1000 / count->calls : 0, count->calls, errors,
            name);
}

void lines_print_counts(const struct trace_lines *lines, FILE *out)
{
    static const char rule[] =
        "------ ----------- ----------- --------- --------- ----------------\n";
    uint16_t order[CALL_NUMBERS];
    size_t rows = 0;
    struct trace_count total = {0};
    for (unsigned number = 0; number < CALL_NUMBERS; number++) {
        const struct trace_count *count = &lines->counts[number];
        if (count->calls != 0) {
            order[rows++] = (uint16_t)number;
            total.calls += count->calls;
            total.errors += count->errors;
            total.time_ns += count->time_ns;
        }
    }
    sorted_counts = lines->counts;
    qsort(order, rows, sizeof(order[0]), by_time);
    fprintf(out, "%% time     seconds  usecs/call     calls    errors syscall\n%s", rule);
    for (size_t i = 0; i < rows; i++) {
        put_row(out, &lines->counts[order[i]], total.time_ns, call_by_number(order[i])->name);
    }
    fputs(rule, out);
    put_row(out, &total, total.time_ns, "total");
}
