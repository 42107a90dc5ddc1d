/* SPDX-License-Identifier: BSD-3-Clause */
/* The last few kilobytes of a text that nobody may want to see, or that is passed on to stderr. */
#ifndef LAUNCHER_TAIL_H
#define LAUNCHER_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TAIL_SIZE 4096u

struct tail {
    int fd;       /* nonblocking; −1: ended */
    bool forward; /* also written to stderr as it comes */
    size_t used;
    char text[TAIL_SIZE];
};

void tail_init(struct tail *tail, int fd, bool forward);

/* Reads what has arrived. */
void tail_read(struct tail *tail);

/* Copies the last line that is not blank, without control characters; false: there is none. */
bool tail_last_line(const struct tail *tail, char *line, size_t size);

/* Number of line feeds kept. */
size_t tail_lines(const struct tail *tail);

/* Writes all that is kept. */
void tail_print(const struct tail *tail, FILE *out);

#endif
