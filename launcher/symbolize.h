/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints crash reports: function and offset from the image, file and line from its DWARF. */
#ifndef LAUNCHER_SYMBOLIZE_H
#define LAUNCHER_SYMBOLIZE_H

#include "image.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Prints a CRASH message (struct hermit_crash, frames, text) to `out`. Returns 0,
 * or −1 if the message is damaged.
 */
int crash_print(FILE *out, const struct image *image, const uint8_t *message, size_t length);

#endif
