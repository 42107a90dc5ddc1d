/* SPDX-License-Identifier: BSD-3-Clause */
/* Describes the launcher's descriptors 0 to 2 for the program. */
#ifndef LAUNCHER_STREAMS_H
#define LAUNCHER_STREAMS_H

#include <stdint.h>

/*
 * Opens descriptors 0 to 2 on /dev/null if the caller left them closed, so that no socket gets
 * their number. Returns a bit for each one opened.
 */
unsigned streams_open_missing(void);

/*
 * Describes the descriptors by bits of enum hermit_stream; those with a bit in `closed` count as
 * closed. Descriptors of the same open file, terminal, pipe or socket share a port, so that output
 * arrives in the order of the writes.
 */
void streams_describe(uint8_t streams[3], unsigned closed);

#endif
