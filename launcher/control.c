/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Control messages. Owns the two buffers of a control port; the descriptor belongs to the machine.
 * One thread, no locks.
 */
#include "control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_STEP 4096u

void control_init(struct control *control, int fd)
{
    memset(control, 0, sizeof(*control)); /* no compound literal: too large for a small stack */
    control->fd = fd;
}

void control_free(struct control *control)
{
    free(control->in);
    control->in = NULL;
}

static bool make_room(struct control *control)
{
    if (control->in_size - control->in_used >= READ_STEP) {
        return true;
    }
    if (control->in_used > CONTROL_MESSAGE_MAX + READ_STEP) {
        return false;
    }
    size_t size = control->in_size * 2 + READ_STEP;
    uint8_t *in = realloc(control->in, size);
    if (in == NULL) {
        return false;
    }
    control->in = in;
    control->in_size = size;
    return true;
}

void control_read(struct control *control)
{
    while (!control->ended && make_room(control)) {
        ssize_t n =
            read(control->fd, control->in + control->in_used, control->in_size - control->in_used);
        if (n > 0) {
            control->in_used += (size_t)n;
        } else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        } else {
            control->ended = true;
        }
    }
}

bool control_peek(struct control *control, struct hermit_msg *message, const uint8_t **payload)
{
    if (control->in_used < sizeof(*message)) {
        return false;
    }
    memcpy(message, control->in, sizeof(*message));
    if (message->length > CONTROL_MESSAGE_MAX) {
        control->damaged = true;
        control->ended = true;
        return false;
    }
    *payload = control->in + sizeof(*message);
    return control->in_used - sizeof(*message) >= message->length;
}

void control_pop(struct control *control)
{
    struct hermit_msg message;
    memcpy(&message, control->in, sizeof(message));
    size_t size = sizeof(message) + message.length;
    memmove(control->in, control->in + size, control->in_used - size);
    control->in_used -= size;
}

bool control_send(struct control *control, uint32_t type, const void *payload, uint32_t length)
{
    struct hermit_msg message = {type, length};
    if (control->fd < 0 || sizeof(message) + length > CONTROL_OUT_SIZE - control->out_used) {
        return false;
    }
    memcpy(control->out + control->out_used, &message, sizeof(message));
    control->out_used += sizeof(message);
    if (length != 0) {
        memcpy(control->out + control->out_used, payload, length);
        control->out_used += length;
    }
    control_flush(control);
    return true;
}

void control_flush(struct control *control)
{
    if (control->fd < 0 || control->out_used == 0) {
        return;
    }
    ssize_t n = write(control->fd, control->out, control->out_used);
    if (n > 0) {
        memmove(control->out, control->out + n, control->out_used - (size_t)n);
        control->out_used -= (size_t)n;
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
        control->out_used = 0;
    }
}
