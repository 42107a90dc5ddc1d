/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints system calls as strace(1) does. A call is printed in two parts, before and after it runs:
 * an argument which it fills in stands, with all that follow it, in the second. Memory is read by a
 * function of the caller's; a pointer that cannot be followed is printed as an address.
 */
#ifndef LAUNCHER_TRACE_FORMAT_H
#define LAUNCHER_TRACE_FORMAT_H

#include "trace_calls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TRACE_STRING_MAX 32 /* bytes of a string or buffer that are printed, as by strace */
#define TRACE_ARRAY_MAX  32 /* elements of an array */

/* Reads the program's memory: all bytes, or false. */
struct trace_memory {
    bool (*read)(void *context, uint64_t address, void *bytes, size_t size);
    void *context;
};

struct trace_call {
    const struct call *row;
    uint64_t args[CALL_ARGUMENTS];
    int64_t result; /* as the handler returned it, −errno or a value; after the call only */
    bool returned;
    uint64_t before[CALL_ARGUMENTS]; /* what lengths and positions pointed to before the call */
    const struct trace_memory *memory;
};

/* The first part, `name(a, b`; returns the number of the argument where the second part begins. */
unsigned trace_print_begin(FILE *out, struct trace_call *call);

/* The second part without the result: the arguments from number `from` on, and `)`. */
void trace_print_end(FILE *out, const struct trace_call *call, unsigned from);

/* What the call returned, without `= `. */
void trace_print_result(FILE *out, const struct trace_call *call);

/* One of the results that end no call but tell the kernel to make it again. */
bool trace_is_restart(int64_t result);

/* It has returned, with an error. */
static inline bool trace_failed(const struct trace_call *call)
{
    return call->returned && call->result < 0 && call->result >= -4095;
}

/* rt_sigreturn, whole, from the context that it returns to, which has its result as well. */
void trace_print_sigreturn(FILE *out, struct trace_call *call, uint64_t context);

/* A signal's delivery: `SIGALRM {si_signo=SIGALRM, …}`, of the first 48 bytes of its siginfo. */
#define TRACE_SIGINFO_SIZE 48
void trace_print_siginfo(FILE *out, const void *bytes);

#endif
