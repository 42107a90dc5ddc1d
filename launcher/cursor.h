/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads DWARF's forms of numbers from bytes. A read beyond the end, or of an unknown form, gives 0
 * and marks the cursor as bad, as do all after it: so a caller checks once, at the end.
 */
#ifndef LAUNCHER_CURSOR_H
#define LAUNCHER_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
    const uint8_t *at, *end;
    uint64_t address; /* of *at in the image */
    bool bad;
};

/* How .eh_frame and .eh_frame_hdr store an address: a format, and what it is relative to. */
enum cursor_encoding {
    ENCODED_FORMAT = 0x0f,
    ENCODED_SDATA4 = 0x0b,
    ENCODED_PCREL = 0x10,
    ENCODED_DATAREL = 0x30,
    ENCODED_INDIRECT = 0x80, /* the address of the address */
    ENCODED_OMITTED = 0xff,
};

static inline bool cursor_more(const struct cursor *c)
{
    return !c->bad && c->at < c->end;
}

uint64_t cursor_unsigned(struct cursor *c, unsigned bytes); /* 1 … 8 bytes */
int64_t cursor_signed(struct cursor *c, unsigned bytes);
uint64_t cursor_uleb(struct cursor *c);
int64_t cursor_sleb(struct cursor *c);

/* `data` is what ENCODED_DATAREL is relative to. Indirect addresses are unknown. */
uint64_t cursor_encoded(struct cursor *c, unsigned encoding, uint64_t data);

/* The next `size` bytes, which are passed over. */
struct cursor cursor_block(struct cursor *c, uint64_t size);

#endif
