/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The system calls that can be traced: numbers and parameters from syscalls/table.def and
 * syscalls/signatures.def, and how each argument is printed from trace_args.def.
 */
#ifndef LAUNCHER_TRACE_CALLS_H
#define LAUNCHER_TRACE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CALL_ARGUMENTS 6
#define CALL_NUMBERS   512 /* numbers are below it */
#define CALL_UNNAMED   511 /* in a set: all numbers without a row */

struct trace_call;
struct trace_names;

/* Prints argument `n` of a call. */
typedef void trace_printer(FILE *out, const struct trace_call *call, unsigned n);

struct argument {
    trace_printer *print;
    const struct trace_names *names; /* for those that print names */
    bool out;                        /* filled in by the call: printed after it */
};

enum call_kind { CALL_ON_KERNEL_STACK, CALL_LEAF, CALL_MISSING /* ENOSYS */ };

struct call {
    const char *name; /* NULL: no such number */
    unsigned number;
    unsigned nr_arguments;
    enum call_kind kind;
    const char *parameters; /* as in signatures.def; NULL: not told */
    bool takes_path, takes_descriptor;
    struct argument arguments[CALL_ARGUMENTS];
};

/* The row of a number, or NULL. */
const struct call *call_by_number(unsigned number);

/* A set of calls. */
struct call_set {
    uint8_t bits[CALL_NUMBERS / 8];
};

static inline bool call_set_has(const struct call_set *set, unsigned number)
{
    return number < CALL_NUMBERS && (set->bits[number / 8] >> number % 8 & 1) != 0;
}

/*
 * Reads what is to be traced: names of calls or families, separated by commas; `!` before all of
 * them: all others; NULL: all. 0, or −1 after one line on stderr, which names what it may have
 * been meant to be.
 */
int call_set_parse(struct call_set *set, const char *text);

#endif
