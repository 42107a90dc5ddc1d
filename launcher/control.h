/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The control port: splits the byte stream from the machine into messages and queues messages to it
 * (kernel/include/hermit/boot_abi.h).
 */
#ifndef LAUNCHER_CONTROL_H
#define LAUNCHER_CONTROL_H

#include <hermit/boot_abi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_MESSAGE_MAX (1u << 20)
#define CONTROL_OUT_SIZE    65536u /* one part of the image and some small messages */

struct control {
    int fd;       /* nonblocking socket; −1: closed */
    bool ended;   /* end of the stream */
    bool damaged; /* a message exceeded CONTROL_MESSAGE_MAX */
    uint8_t *in;
    size_t in_size, in_used;
    uint8_t out[CONTROL_OUT_SIZE];
    size_t out_used;
};

void control_init(struct control *control, int fd);
void control_free(struct control *control);

/* Reads what has arrived, without blocking. */
void control_read(struct control *control);

/*
 * Stores the header and the payload's address of the oldest complete message (valid until the next
 * call for this control port). False: there is none yet.
 */
bool control_peek(struct control *control, struct hermit_msg *message, const uint8_t **payload);

/* Drops the message that control_peek returned. */
void control_pop(struct control *control);

/* Queues a message and writes what the socket accepts; false if closed or the queue is full. */
bool control_send(struct control *control, uint32_t type, const void *payload, uint32_t length);
void control_flush(struct control *control);

#endif
