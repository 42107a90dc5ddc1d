/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Copies bytes between descriptors. A pump owns its buffer; its descriptors belong to the session.
 * One thread, no locks.
 */
#include "pump.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void pump_init(struct pump *pump, int source, int sink)
{
    pump->source = source;
    pump->sink = sink;
    pump->error = 0;
    pump->tty = false;
    pump->paused = false;
    pump->limit = PUMP_SIZE;
    pump->start = 0;
    pump->end = 0;
}

void pump_prepare(const struct pump *pump, struct pollfd *source, struct pollfd *sink)
{
    bool room = pump->end < PUMP_SIZE || pump->start > 0;
    *source = (struct pollfd){-1, POLLIN, 0};
    *sink = (struct pollfd){-1, POLLOUT, 0};
    if (pump->source >= 0 && !pump->paused && room) {
        source->fd = pump->source;
    }
    if (pump->sink >= 0 && !pump_empty(pump)) {
        sink->fd = pump->sink;
    }
}

static void make_room(struct pump *pump)
{
    if (pump->start == pump->end) {
        pump->start = 0;
        pump->end = 0;
    } else if (pump->end == PUMP_SIZE && pump->start > 0) {
        memmove(pump->buffer, pump->buffer + pump->start, pump->end - pump->start);
        pump->end -= pump->start;
        pump->start = 0;
    }
}

bool pump_fill(struct pump *pump)
{
    make_room(pump);
    if (pump->source < 0 || pump->end == PUMP_SIZE) {
        return false;
    }
    ssize_t n = read(pump->source, pump->buffer + pump->end, PUMP_SIZE - pump->end);
    if (n > 0) {
        if (pump->sink >= 0) {
            pump->end += (size_t)n;
        }
        return true;
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        pump->error = n < 0 && pump->error == 0 ? errno : pump->error;
        pump->source = -1;
    }
    return false;
}

static void give_up(struct pump *pump, int error)
{
    pump->start = pump->end;
    if (error == EPIPE || (error == EIO && pump->tty)) {
        pump->sink = -1;
    } else {
        pump->error = error;
    }
}

void pump_flush(struct pump *pump)
{
    while (pump->sink >= 0 && !pump_empty(pump)) {
        size_t size = pump->end - pump->start;
        size_t chunk = size < pump->limit ? size : pump->limit;
        ssize_t n = write(pump->sink, pump->buffer + pump->start, chunk);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (n < 0) {
            give_up(pump, errno);
            return;
        }
        pump->start += (size_t)n;
        if (pump->limit != PUMP_SIZE) {
            /* Another write might block: poll first. */
            return;
        }
    }
}

void pump_run(struct pump *pump, const struct pollfd *source, const struct pollfd *sink)
{
    if (sink->fd >= 0 && sink->revents != 0) {
        pump_flush(pump);
    }
    if (source->fd >= 0 && source->revents != 0 && pump_fill(pump) && pump->limit == PUMP_SIZE) {
        pump_flush(pump);
    }
}

int pump_open_sink(int fd, size_t *limit)
{
    struct stat info;
    char path[32];
    *limit = PUMP_SIZE;
    if (fstat(fd, &info) != 0 || (!S_ISFIFO(info.st_mode) && !S_ISCHR(info.st_mode))) {
        *limit = S_ISSOCK(info.st_mode) ? PIPE_BUF : PUMP_SIZE;
        return fd;
    }
    if (S_ISFIFO(info.st_mode) || isatty(fd)) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        int again = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (again >= 0) {
            return again;
        }
        *limit = PIPE_BUF;
    }
    return fd;
}
