/* SPDX-License-Identifier: BSD-3-Clause */
/* Names for numbers, from trace_flags.def: set `x` of that file is `names_x` here. */
#ifndef LAUNCHER_TRACE_NAMES_H
#define LAUNCHER_TRACE_NAMES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct trace_names {
    const char *unknown; /* comment on a value without a name; empty: none */
    const struct trace_name {
        const char *name; /* NULL: the end */
        uint64_t value;
    } *names;
};

#define SET(id, unknown) extern const struct trace_names names_##id;
#define NAME(constant)
#define ZERO(constant)
#define VALUE(name, value)
#define END
#include "trace_flags.def"
#undef SET
#undef NAME
#undef ZERO
#undef VALUE
#undef END

/* The name of exactly this value, or NULL. */
const char *names_find(const struct trace_names *names, uint64_t value);

/* Prints the value's name, or the number with a comment. */
void names_print_value(FILE *out, const struct trace_names *names, uint64_t value);

/*
 * Prints the names of the value's bits, A|B|0x80, after `first` if that is not NULL; a value
 * without any name as a number with a comment.
 */
void names_print_flags(FILE *out, const char *first, const struct trace_names *names,
                       uint64_t value);

/* SIGINT, SIGRT_3 …; a number if it is none. */
void names_print_signal(FILE *out, int number);

/* A mask of signals as [INT RT_1], or ~[…] where that is shorter. */
void names_print_sigset(FILE *out, uint64_t set);

#endif
