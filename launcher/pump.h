/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One direction of a stream: bytes from a descriptor through a bounded buffer to
 * another one. A full buffer stops the reading, so that the pressure reaches the
 * writer at the far end.
 */
#ifndef LAUNCHER_PUMP_H
#define LAUNCHER_PUMP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUMP_SIZE 65536u

struct pump {
    int source; /* −1: ended */
    int sink;   /* −1: nobody takes the bytes any more */
    int error; /* errno of a write whose bytes are lost, or of a read that ended the source; 0: none */
    bool tty;     /* the sink is a terminal: EIO means that it has gone */
    bool paused;  /* the source is not read for now */
    size_t limit; /* most bytes for one write: keeps a blocking sink from blocking */
    size_t start, end;
    uint8_t buffer[PUMP_SIZE];
};

void pump_init(struct pump *pump, int source, int sink);

/* Sets up one pollfd for either end; an end that has nothing to wait for gets fd −1. */
void pump_prepare(const struct pump *pump, struct pollfd *source, struct pollfd *sink);

/* Reads and writes what poll reported, without blocking. */
void pump_run(struct pump *pump, const struct pollfd *source, const struct pollfd *sink);

/* One read whatever poll said; true if it brought bytes. The source must not block. */
bool pump_fill(struct pump *pump);

/*
 * Writes what the sink takes. Bytes with which there is an error are lost, and the next are
 * tried again (a disk may have room by then), unless nobody is there to take any: that ends the sink.
 */
void pump_flush(struct pump *pump);

static inline bool pump_empty(const struct pump *pump)
{
    return pump->start == pump->end;
}

/*
 * A descriptor to write to `fd` without blocking: a second opening of the same
 * pipe or terminal with O_NONBLOCK, since the flag on `fd` itself would be seen by
 * every process that shares it; `fd` where there is no need or no way. Stores the
 * most bytes that one write may have.
 */
int pump_open_sink(int fd, size_t *limit);

#endif
