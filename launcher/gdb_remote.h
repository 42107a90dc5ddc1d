/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client of QEMU's gdb stub (GDB manual, appendix "Remote Serial Protocol"): sets breakpoints,
 * reads registers and memory, lets the machine run. A virtual CPU is a thread of the protocol.
 *
 * While the machine runs nothing may be sent, for each byte would stop it; what arrives then is a
 * stop. While it is stopped each request has its answer, which is waited for.
 */
#ifndef LAUNCHER_GDB_REMOTE_H
#define LAUNCHER_GDB_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GDB_PACKET_MAX 8192u /* QEMU's packets have 4096 bytes at most */
#define GDB_READ_MAX   1024u /* bytes of memory in one answer */

struct gdb_remote {
    int fd;      /* socket, nonblocking, not owned; −1: none */
    bool broken; /* no answer came, or one that is none: nothing more is sent */
    bool closed; /* … for the other end is gone */
    bool unacknowledged;
    size_t used;
    char input[2 * GDB_PACKET_MAX];
};

struct gdb_registers {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8, r9, rip, gs_base;
};

struct gdb_stop {
    unsigned signal; /* of gdb's numbers: 5 for a breakpoint or a step */
    unsigned thread; /* the virtual CPU; 0: not told */
};
#define GDB_SIGNAL_TRAP 5u

enum gdb_parse { GDB_INCOMPLETE, GDB_PACKET, GDB_DAMAGED };

/*
 * Takes the first packet out of received bytes: stores its content, which ends with a NUL, in
 * `content` (GDB_PACKET_MAX bytes), and in `taken` how many bytes are done with. GDB_DAMAGED: a
 * wrong sum, or too long.
 */
enum gdb_parse gdb_parse(const char *bytes, size_t size, size_t *taken, char *content);

/* Contents of packets. False: not of that kind, or damaged. */
bool gdb_parse_stop(const char *content, struct gdb_stop *stop);
bool gdb_parse_registers(const char *content, struct gdb_registers *registers);
bool gdb_parse_memory(const char *content, uint8_t *bytes, size_t size);

void gdb_init(struct gdb_remote *remote, int fd);

/* Takes a packet that has arrived, if one has, without waiting: a stop's. */
bool gdb_poll(struct gdb_remote *remote, char *content);

/* Requests. False: refused, or the stub is gone, which `broken` tells. */
bool gdb_set_breakpoint(struct gdb_remote *remote, uint64_t address, bool set);
/* Of the virtual CPU that was told of last: QEMU has selected it. */
bool gdb_read_registers(struct gdb_remote *remote, struct gdb_registers *registers);
/* At most GDB_READ_MAX bytes, all of them or none. */
bool gdb_read_memory(struct gdb_remote *remote, uint64_t address, void *bytes, size_t size);

/* All virtual CPUs run. */
bool gdb_continue(struct gdb_remote *remote);
/* One virtual CPU executes an instruction while the others are held; waits for its end. */
bool gdb_step(struct gdb_remote *remote, unsigned thread);

#endif
