/* SPDX-License-Identifier: BSD-3-Clause */
/* Keeps the end of a text stream. A tail owns its buffer, not its descriptor. No locks. */
#include "tail.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

void tail_init(struct tail *tail, int fd, bool forward)
{
    tail->fd = fd;
    tail->forward = forward;
    tail->used = 0;
}

static void append(struct tail *tail, const char *text, size_t size)
{
    if (size > TAIL_SIZE - tail->used) {
        size_t drop = size - (TAIL_SIZE - tail->used);
        memmove(tail->text, tail->text + drop, tail->used - drop);
        tail->used -= drop;
    }
    memcpy(tail->text + tail->used, text, size);
    tail->used += size;
}

void tail_read(struct tail *tail)
{
    char chunk[1024];
    while (tail->fd >= 0) {
        ssize_t n = read(tail->fd, chunk, sizeof(chunk));
        if (n > 0) {
            append(tail, chunk, (size_t)n);
            if (tail->forward) {
                fwrite(chunk, 1, (size_t)n, stderr);
            }
        } else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        } else {
            tail->fd = -1;
        }
    }
}

bool tail_last_line(const struct tail *tail, char *line, size_t size)
{
    size_t end = tail->used;
    while (end > 0 && isspace((unsigned char)tail->text[end - 1])) {
        end--;
    }
    size_t start = end;
    while (start > 0 && tail->text[start - 1] != '\n') {
        start--;
    }
    size_t used = 0;
    for (size_t i = start; i < end && used + 1 < size; i++) {
        if ((unsigned char)tail->text[i] >= ' ') {
            line[used++] = tail->text[i];
        }
    }
    line[used] = '\0';
    return used != 0;
}

size_t tail_lines(const struct tail *tail)
{
    size_t lines = 0;
    for (size_t i = 0; i < tail->used; i++) {
        lines += tail->text[i] == '\n';
    }
    return lines;
}

void tail_print(const struct tail *tail, FILE *out)
{
    fwrite(tail->text, 1, tail->used, out);
    if (tail->used != 0 && tail->text[tail->used - 1] != '\n') {
        fputc('\n', out);
    }
}
