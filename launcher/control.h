/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The control port: cuts the byte stream from the machine into messages and queues
 * messages to it (kernel/include/hermit/boot_abi.h).
 */
#ifndef LAUNCHER_CONTROL_H
#define LAUNCHER_CONTROL_H

#include <hermit/boot_abi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_MESSAGE_MAX (1u << 20)
#define CONTROL_OUT_SIZE    65536u /* a part of the image and some small messages */

struct control {
    int fd;       /* nonblocking socket; −1: closed */
    bool ended;   /* nothing more will come */
    bool damaged; /* a message was longer than any may be */
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
 * The oldest complete message: stores its header and where its bytes are (valid
 * until the next call for this control port). False: there is none yet.
 */
bool control_peek(struct control *control, struct hermit_msg *message, const uint8_t **payload);

/* Drops the message that control_peek showed. */
void control_pop(struct control *control);

/* Queues a message and sends what the socket takes; false if the queue is full. */
bool control_send(struct control *control, uint32_t type, const void *payload, uint32_t length);
void control_flush(struct control *control);

#endif
