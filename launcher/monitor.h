/* SPDX-License-Identifier: BSD-3-Clause */
/* QEMU's monitor, where it is asked for: a socket on which it listens for commands. */
#ifndef LAUNCHER_MONITOR_H
#define LAUNCHER_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

struct monitor {
    bool wanted;
    uint16_t port;  /* of 127.0.0.1; 0: a socket of the file system */
    int fd;         /* listens; −1: not open */
    char path[100]; /* of that socket; empty: there is none */
};

/*
 * Takes the value of --monitor (NULL: without one) or HERMIT_MONITOR (0: none, 1: without a port).
 * 0, or −1 after one line on stderr.
 */
int monitor_set_port(struct monitor *monitor, const char *origin, const char *text);
int monitor_read_environment(struct monitor *monitor);

/*
 * Opens the socket, if it is wanted, and says where it is. 0, or −1 after one line on stderr.
 * monitor_close() after either; it removes the socket.
 */
int monitor_open(struct monitor *monitor);
void monitor_close(struct monitor *monitor);

#endif
