/* SPDX-License-Identifier: BSD-3-Clause */
/* Encoding and decoding of 9P messages. No state, no locks. */
#include "wire.h"

#include <asm-generic/errno-base.h>
#include <hermit/string.h>

#define ERROR_MAX 511 /* numbers above are the kernel's own (hermit/signal_pending.h) */

/* Room for `size` more bytes; NULL: there is none. */
static uint8_t *reserve(struct p9_writer *w, size_t size)
{
    uint8_t *at = w->at;
    if (w->broken || (size_t)(w->end - at) < size) {
        w->broken = true;
        return NULL;
    }
    w->at += size;
    return at;
}

void p9_put(struct p9_writer *w, uint64_t value, unsigned size)
{
    uint8_t *at = reserve(w, size);
    if (at != NULL)
        memcpy(at, &value, size);
}

void p9_put_bytes(struct p9_writer *w, const void *bytes, size_t size)
{
    uint8_t *at = reserve(w, size);
    if (at != NULL)
        memcpy(at, bytes, size);
}

void p9_put_string(struct p9_writer *w, const char *s, size_t length)
{
    if (length > UINT16_MAX)
        w->broken = true;
    p9_put(w, length, 2);
    p9_put_bytes(w, s, length);
}

const uint8_t *p9_get_bytes(struct p9_reader *r, size_t size)
{
    const uint8_t *at = r->at;
    if (r->broken || r->left < size) {
        r->broken = true;
        return NULL;
    }
    r->at += size;
    r->left -= size;
    return at;
}

uint64_t p9_get(struct p9_reader *r, unsigned size)
{
    uint64_t value = 0;
    const uint8_t *at = p9_get_bytes(r, size);
    if (at != NULL)
        memcpy(&value, at, size);
    return value;
}

const char *p9_get_string(struct p9_reader *r, size_t *length)
{
    *length = (size_t)p9_get(r, 2);
    const uint8_t *at = p9_get_bytes(r, *length);
    if (at != NULL)
        return (const char *)at;
    *length = 0;
    return "";
}

void p9_get_qid(struct p9_reader *r, struct p9_qid *qid)
{
    qid->type = (uint8_t)p9_get(r, 1);
    qid->version = (uint32_t)p9_get(r, 4);
    qid->path = p9_get(r, 8);
}

static int reported_error(struct p9_reader *r)
{
    uint64_t error = p9_get(r, 4);
    return r->broken || error == 0 || error > ERROR_MAX ? -EIO : -(int)error;
}

int p9_open_reply(struct p9_reader *r, const void *buffer, size_t size, size_t written,
                  unsigned type, uint16_t tag)
{
    p9_reader_init(r, buffer, MIN(size, written));
    size_t length = (size_t)p9_get(r, 4);
    unsigned kind = (unsigned)p9_get(r, 1);
    uint16_t echo = (uint16_t)p9_get(r, 2);
    if (r->broken || length < P9_HEADER_SIZE || length > written || echo != tag)
        return -EIO;
    r->left = MIN(size, length) - P9_HEADER_SIZE;
    if (kind == P9_RLERROR)
        return reported_error(r);
    return kind == type + 1 ? 0 : -EIO;
}

bool p9_dir_next(struct p9_reader *r, struct p9_dir_entry *entry)
{
    if (r->left == 0)
        return false;
    p9_get_qid(r, &entry->qid);
    entry->next = p9_get(r, 8);
    entry->type = (uint8_t)p9_get(r, 1);
    entry->name = p9_get_string(r, &entry->length);
    if (entry->length == 0 || entry->length > P9_NAME_MAX || entry->next > INT64_MAX ||
        memchr(entry->name, '/', entry->length) != NULL ||
        memchr(entry->name, '\0', entry->length) != NULL)
        r->broken = true;
    return !r->broken;
}
