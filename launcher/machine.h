/* SPDX-License-Identifier: BSD-3-Clause */
/* The QEMU process: runs in its own session and dies with the launcher. */
#ifndef LAUNCHER_MACHINE_H
#define LAUNCHER_MACHINE_H

#include "qemu.h"

#include <stdbool.h>
#include <sys/types.h>

/* The launcher's ends of sockets and pipe. */
struct machine_process {
    pid_t pid;                  /* 0: not running */
    int ended_by;               /* signal that ended it, not sent by the launcher; 0: none */
    int ports[HERMIT_PORT_MAX]; /* sockets, nonblocking, by enum hermit_port; −1: none */
    int serial;                 /* socket of the 16550, nonblocking */
    int trace;                  /* socket of QEMU's gdb stub for a trace, nonblocking; −1: none */
    int messages;               /* pipe: what QEMU prints on stderr, nonblocking */
};

/*
 * Starts QEMU with the initial RAM disk `initrd` (a descriptor). Returns 0, or −1
 * after one line on stderr.
 */
int machine_start(struct machine_process *machine, const struct options *options, int initrd);

/*
 * Ends QEMU if it still runs, and waits for it. `gently`: waits 300 ms for it to exit, then sends
 * SIGTERM and waits 2 s, so that its plugins and exit handlers run. Else, or if that fails, sends
 * SIGKILL.
 */
void machine_end(struct machine_process *machine, bool gently);

/* Stops or continues QEMU. */
void machine_pause(const struct machine_process *machine, bool pause);

/* QEMU seems to be exiting: waits 300 ms, stores `ended_by`, or kills it if it has not exited. */
void machine_died(struct machine_process *machine);

/* Closes the descriptors that are still open. */
void machine_close(struct machine_process *machine);

#endif
