/* SPDX-License-Identifier: BSD-3-Clause */
/* A run from the start of the machine to its end: streams, control messages, signals,
 * time limit. */
#ifndef LAUNCHER_SESSION_H
#define LAUNCHER_SESSION_H

#include <stdint.h>

struct options;
struct image;

/*
 * Runs the machine with the initial RAM disk `initrd`; `streams` is what
 * streams_describe() says of descriptors 0 to 2. Returns the exit status for the
 * launcher; what went wrong has been printed.
 */
int session_run(const struct options *options, const struct image *image, int initrd,
                const uint8_t streams[3]);

#endif
