/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The launcher's own Ethernet switch for machines of one host (--net switch=DIR). Each machine has
 * a number, a socket DIR/NUMBER for datagrams, and a process that forwards its frames. No machine
 * is special: each may be the first and the last, or be killed.
 *
 * A datagram is the sender's number, two bytes in network order, and an Ethernet frame.
 */
#ifndef LAUNCHER_SWITCH_H
#define LAUNCHER_SWITCH_H

#include <stdint.h>
#include <sys/types.h>

#define SWITCH_MACHINES  250
#define SWITCH_FRAME_MAX 69632 /* QEMU's largest */

/* A machine's place on a switch. */
struct switch_place {
    uint16_t number;  /* 1 to SWITCH_MACHINES; 0: none */
    int machine;      /* QEMU's end: a socket that keeps the frames' boundaries */
    pid_t forwarding; /* the process */
};

/*
 * Joins the switch in the folder `path`, which is made if it is not there, as the machine `wanted`,
 * or with the lowest free number if that is 0. 0, or −1 after one line on stderr.
 */
int switch_join(struct switch_place *place, const char *path, uint16_t wanted);

/* Ends the process, which removes the socket. The machine must not run any more. */
void switch_leave(struct switch_place *place);

/*
 * The process: forwards between `machine` and the others until the machine's side is closed, then
 * removes its own socket. `folder` is open, `own` is bound there as `number`.
 */
_Noreturn void switch_forward(int machine, int own, int folder, uint16_t number);

/* Connects a new socket to the one of that number in the open folder. Returns it, or −1: errno. */
int switch_connect(int folder, uint16_t number);

#endif
