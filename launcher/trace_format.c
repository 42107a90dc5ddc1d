/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whole calls, and what they return. Formats are strace's, so that who knows one knows the other.
 * Pure functions but for the memory's reader.
 */
#include "trace_printers.h"

#include <arch/offsets.h>

#include <string.h>

static bool is(const struct trace_call *call, const char *name)
{
    return strcmp(call->row->name, name) == 0;
}

/* clone's arguments in strace's order. */
static unsigned argument_at(const struct trace_call *call, unsigned place)
{
    static const uint8_t clone_order[] = {1, 0, 2, 4, 3};
    return is(call, "clone") ? clone_order[place] : place;
}

static bool is_hidden(const struct trace_call *call, unsigned n)
{
    return call->row->arguments[n].print == print_hidden;
}

/* What the call will change: its value is printed as well. */
static void remember(struct trace_call *call)
{
    for (unsigned n = 0; n < call->row->nr_arguments; n++) {
        trace_printer *print = call->row->arguments[n].print;
        size_t size = print == print_length ? sizeof(int) : sizeof(uint64_t);
        call->before[n] = 0;
        if ((print == print_length || print == print_position) && call->args[n] != 0) {
            fetch(call, call->args[n], &call->before[n], size);
        }
    }
}

static void put_arguments(FILE *out, const struct trace_call *call, unsigned from, unsigned to)
{
    for (unsigned place = from; place < to; place++) {
        unsigned n = argument_at(call, place);
        if (!is_hidden(call, n)) {
            fputs(place != from ? ", " : "", out);
            call->row->arguments[n].print(out, call, n);
        }
    }
}

unsigned trace_print_begin(FILE *out, struct trace_call *call)
{
    unsigned count = argument_count(call);
    unsigned first_out = 0;
    while (first_out < count && !call->row->arguments[argument_at(call, first_out)].out) {
        first_out++;
    }
    remember(call);
    fprintf(out, "%s(", call->row->name);
    put_arguments(out, call, 0, first_out);
    if (first_out != 0 && first_out < count) {
        fputs(", ", out);
    }
    return first_out;
}

void trace_print_end(FILE *out, const struct trace_call *call, unsigned from)
{
    put_arguments(out, call, from, argument_count(call));
    fputc(')', out);
}

/* The results that never reach the program. */
static const struct restart {
    int64_t result;
    const char *words;
} restarts[] = {
    {-ERESTARTSYS, "ERESTARTSYS (To be restarted if SA_RESTART is set)"},
    {-ERESTARTNOINTR, "ERESTARTNOINTR (To be restarted)"},
    {-ERESTARTNOHAND, "ERESTARTNOHAND (To be restarted if no handler)"},
    {-ERESTART_RESTARTBLOCK, "ERESTART_RESTARTBLOCK (Interrupted by signal)"},
};
#define NR_RESTARTS (sizeof(restarts) / sizeof(restarts[0]))

static const struct restart *find_restart(int64_t result)
{
    for (size_t i = 0; i < NR_RESTARTS; i++) {
        if (restarts[i].result == result) {
            return &restarts[i];
        }
    }
    return NULL;
}

bool trace_is_restart(int64_t result)
{
    return find_restart(result) != NULL;
}

static void put_error(FILE *out, int64_t result)
{
    int error = (int)-result;
    const char *name = strerrorname_np(error);
    if (name != NULL) {
        fprintf(out, "-1 %s (%s)", name, strerror(error));
    } else {
        fprintf(out, "-1 (errno %d)", error);
    }
}

static bool returns_address(const struct trace_call *call)
{
    return is(call, "mmap") || is(call, "brk") || is(call, "mremap");
}

void trace_print_result(FILE *out, const struct trace_call *call)
{
    const struct restart *restart = find_restart(call->result);
    if (restart != NULL) {
        fprintf(out, "? %s", restart->words);
    } else if (trace_failed(call)) {
        put_error(out, call->result);
    } else if (returns_address(call)) {
        fprintf(out, "%#llx", (unsigned long long)call->result);
    } else if (is(call, "umask")) {
        put_octal(out, (unsigned)call->result);
    } else if (is(call, "fcntl")) {
        print_fcntl_result(out, call);
    } else {
        fprintf(out, "%lld", (long long)call->result);
        if (is(call, "poll") || is(call, "ppoll")) {
            print_poll_result(out, call);
        } else if (is(call, "select") || is(call, "pselect6")) {
            print_select_result(out, call);
        }
    }
}
