/* SPDX-License-Identifier: BSD-3-Clause */
/* A run of the machine from start to end: streams, control messages, signals, time limit. */
#ifndef LAUNCHER_SESSION_H
#define LAUNCHER_SESSION_H

#include <stdint.h>

struct options;
struct image;

/*
 * Runs the machine with the initial RAM disk `initrd`; `streams` is streams_describe()'s result for
 * descriptors 0 to 2. Returns the launcher's exit status, after printing any errors.
 */
int session_run(const struct options *options, const struct image *image, int initrd,
                const uint8_t streams[3]);

#endif
