/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints crash reports: the kernel's text, and the calls of kernel and program with their names.
 * Registers and stack of the program come before the report, which is printed at once.
 */
#ifndef LAUNCHER_CRASH_H
#define LAUNCHER_CRASH_H

#include "image.h"
#include "unwind.h"

#include <hermit/boot_abi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CRASH_PARTS_MAX 64u
#define CRASH_STACK_MAX (2 * HERMIT_STACK_MAX)

/* What has arrived. All zero: nothing. */
struct crash {
    bool has_registers;
    struct hermit_registers registers;
    uint8_t *stack; /* CRASH_STACK_MAX bytes once a part has arrived */
    size_t stack_used;
    struct unwind_part parts[CRASH_PARTS_MAX]; /* pieces of the stack without a gap */
    size_t nr_parts;
};

/* Takes the payload of a message. False: it is damaged. */
bool crash_take_registers(struct crash *crash, const uint8_t *message, size_t length);
/* What exceeds the room is dropped. */
bool crash_take_stack(struct crash *crash, const uint8_t *message, size_t length);

/* Prints a CRASH message (struct hermit_crash, frames, text) to `out`. False: it is damaged. */
bool crash_print(FILE *out, const struct crash *crash, const struct image *image,
                 const uint8_t *message, size_t length);

void crash_free(struct crash *crash);

#endif
