/* SPDX-License-Identifier: BSD-3-Clause */
/* Keeps the last TAIL_SIZE bytes of a text stream for later; optionally forwards it to stderr. */
#ifndef LAUNCHER_TAIL_H
#define LAUNCHER_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TAIL_SIZE 4096u

struct tail {
    int fd;       /* nonblocking; −1: ended */
    bool forward; /* also write it to stderr as it arrives */
    size_t used;
    char text[TAIL_SIZE];
};

void tail_init(struct tail *tail, int fd, bool forward);

/* Reads what has arrived, without blocking. */
void tail_read(struct tail *tail);

/* Copies the last non-blank line without control characters; false: there is none. */
bool tail_last_line(const struct tail *tail, char *line, size_t size);

/* Number of line feeds in the kept text. */
size_t tail_lines(const struct tail *tail);

/* Writes the kept text, and a line feed if it does not end with one. */
void tail_print(const struct tail *tail, FILE *out);

#endif
