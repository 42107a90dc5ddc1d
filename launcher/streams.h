/* SPDX-License-Identifier: BSD-3-Clause */
/* What the launcher's descriptors 0 to 2 are, as the program inside is told. */
#ifndef LAUNCHER_STREAMS_H
#define LAUNCHER_STREAMS_H

#include <stdint.h>

/*
 * Descriptors 0 to 2 that the caller left closed are opened on /dev/null, so that
 * no socket takes their number. Returns a bit for each.
 */
unsigned streams_open_missing(void);

/*
 * Describes the descriptors by bits of enum hermit_stream; one whose bit in `closed` is set is said
 * to be closed. Two that are the same open file, or the same terminal, pipe or socket, get the same
 * port, so that what is written to them arrives in the order of the writes.
 */
void streams_describe(uint8_t streams[3], unsigned closed);

#endif
