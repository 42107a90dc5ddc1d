/* SPDX-License-Identifier: BSD-3-Clause */
/* The QEMU process: started in a session of its own, tied to the launcher's life. */
#ifndef LAUNCHER_MACHINE_H
#define LAUNCHER_MACHINE_H

#include "qemu.h"

#include <stdbool.h>
#include <sys/types.h>

/* The launcher's ends. */
struct machine_process {
    pid_t pid;                  /* 0: not running */
    int ended_by;               /* signal that ended it, other than the launcher's; 0: none */
    int ports[HERMIT_PORT_MAX]; /* sockets, nonblocking, by enum hermit_port; −1: none */
    int serial;                 /* socket of the 16550, nonblocking */
    int messages;               /* pipe: what QEMU prints on stderr, nonblocking */
};

/*
 * Starts QEMU with the initial RAM disk `initrd` (a descriptor). Returns 0, or −1
 * after one line on stderr.
 */
int machine_start(struct machine_process *machine, const struct options *options, int initrd);

/*
 * Ends QEMU if it still runs, and waits for it: gently (its own end, then SIGTERM,
 * so that its plugins and exit handlers run) for up to two seconds, or at once by
 * SIGKILL.
 */
void machine_end(struct machine_process *machine, bool gently);

/* Stops QEMU, or lets it go on. */
void machine_pause(const struct machine_process *machine, bool pause);

/*
 * QEMU seems to be at its end: sees how it comes to it (`ended_by`), and ends it if it does not.
 */
void machine_died(struct machine_process *machine);

/* Closes the descriptors that are still open. */
void machine_close(struct machine_process *machine);

#endif
