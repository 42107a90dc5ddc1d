/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of calls: function and offset from the image's symbols, C++ names demangled; file, line and
 * inlined functions from its DWARF.
 */
#ifndef LAUNCHER_SYMBOLIZE_H
#define LAUNCHER_SYMBOLIZE_H

#include "backtrace.h"
#include "image.h"

#include <stdint.h>
#include <stdio.h>

/* Prints a line for each call; the image is loaded at link addresses plus `bias`. */
void symbolize_print(FILE *out, const struct image *image, uint64_t bias,
                     const struct backtrace *trace);

#endif
