/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One direction of a stream: copies bytes from one descriptor through a bounded buffer to another.
 * A full buffer stops the reads, so that back pressure reaches the writer at the far end.
 */
#ifndef LAUNCHER_PUMP_H
#define LAUNCHER_PUMP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUMP_SIZE 65536u

struct pump {
    int source;   /* −1: ended */
    int sink;     /* −1: none, or its reader has closed it */
    int error;    /* errno of a write that lost bytes or a read that ended the source; 0: none */
    bool tty;     /* the sink is a terminal: EIO means a hang-up */
    bool paused;  /* the source is not read now */
    size_t limit; /* max. bytes for one write: keeps a blocking sink from blocking */
    size_t start, end;
    uint8_t buffer[PUMP_SIZE];
};

void pump_init(struct pump *pump, int source, int sink);

/* Sets up one pollfd for each end; fd is −1 if there is nothing to wait for. */
void pump_prepare(const struct pump *pump, struct pollfd *source, struct pollfd *sink);

/* Reads and writes what poll reported, without blocking. */
void pump_run(struct pump *pump, const struct pollfd *source, const struct pollfd *sink);

/* Reads once, without poll. True if bytes arrived. The source must not block. */
bool pump_fill(struct pump *pump);

/*
 * Writes as much as the sink accepts. On an error the buffered bytes are lost, but later ones are
 * written again (a disk may have room by then). A sink without a reader is ended.
 */
void pump_flush(struct pump *pump);

static inline bool pump_empty(const struct pump *pump)
{
    return pump->start == pump->end;
}

/*
 * Returns a descriptor for writing to `fd` without blocking: the same pipe or terminal opened again
 * with O_NONBLOCK, since all processes that share `fd` would see the flag there; `fd` itself where
 * that is not needed or not possible. Stores the maximum size of one write in bytes.
 */
int pump_open_sink(int fd, size_t *limit);

#endif
