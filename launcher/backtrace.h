/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calls of a program that crashed: by call-frame information (unwind.h); where code has none,
 * by its frame pointer; and failing that by what on the stack looks like a return address.
 */
#ifndef LAUNCHER_BACKTRACE_H
#define LAUNCHER_BACKTRACE_H

#include "image.h"
#include "unwind.h"

#include <hermit/boot_abi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BACKTRACE_MAX 128u

enum backtrace_end {
    BACKTRACE_WHOLE,  /* up to the start of the thread */
    BACKTRACE_FULL,   /* more calls than fit */
    BACKTRACE_BROKEN, /* the last function returns to `strange` */
    BACKTRACE_CUT,    /* the stack beyond is not known */
};

/* Innermost first. */
struct backtrace {
    size_t count;
    uint64_t addresses[BACKTRACE_MAX]; /* in the running image: instructions or return addresses */
    bool exact[BACKTRACE_MAX]; /* an instruction, not a return address; where handlers return to */
    size_t guessed; /* index of the first that was found by looking through the stack; 0: none */
    enum backtrace_end end;
    uint64_t strange; /* BACKTRACE_BROKEN: what stands in place of a return address */
};

/* Adds a function, if there is room. */
void backtrace_add(struct backtrace *trace, uint64_t address, bool exact);

/* Adds the calls of the program, whose image is loaded at link addresses plus `bias`. */
void backtrace_program(struct backtrace *trace, const struct image *image, uint64_t bias,
                       const struct hermit_registers *registers,
                       const struct unwind_memory *memory);

#endif
