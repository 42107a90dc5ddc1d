/* SPDX-License-Identifier: BSD-3-Clause */
/* File servers for shares by virtio-fs: one process each, virtiofsd as QEMU 7.2 brings it. */
#ifndef LAUNCHER_VIRTIOFS_H
#define LAUNCHER_VIRTIOFS_H

#include <stdbool.h>

struct options;
struct share;

/*
 * Starts a server for each share that wants one, and waits until it answers. A share whose server
 * cannot be had is served by 9P; --verbose says why, in one line.
 */
void virtiofs_start(struct options *options);

/* True if some share has a server: the machine's memory must be shared with it. */
bool virtiofs_used(const struct options *options);

/* Reads what a server has printed, and shows it with --verbose. False: it has ended. */
bool virtiofs_read(const struct share *share, bool verbose);

/* Ends all servers that still run, and waits for them. */
void virtiofs_end(struct options *options);

#endif
