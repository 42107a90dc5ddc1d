/* SPDX-License-Identifier: BSD-3-Clause */
/* Bounded reads of little-endian numbers, LEB128 (DWARF 5, 7.6) and encoded addresses. No state. */
#include "cursor.h"

static void spoil(struct cursor *c)
{
    c->bad = true;
    c->at = c->end;
}

uint64_t cursor_unsigned(struct cursor *c, unsigned bytes)
{
    uint64_t value = 0;
    if (bytes > (size_t)(c->end - c->at)) {
        spoil(c);
        return 0;
    }
    for (unsigned i = 0; i < bytes; i++) {
        value |= (uint64_t)*c->at++ << 8 * i;
    }
    c->address += bytes;
    return value;
}

int64_t cursor_signed(struct cursor *c, unsigned bytes)
{
    unsigned unused = 64 - 8 * bytes;
    return (int64_t)(cursor_unsigned(c, bytes) << unused) >> unused;
}

/* Returns the value's bits and in *bits how many there are; those beyond 64 are dropped. */
static uint64_t read_leb(struct cursor *c, unsigned *bits)
{
    uint64_t value = 0;
    uint64_t byte;
    *bits = 0;
    do {
        byte = cursor_unsigned(c, 1);
        value |= *bits < 64 ? (byte & 0x7f) << *bits : 0;
        *bits += 7;
    } while ((byte & 0x80) != 0);
    return value;
}

uint64_t cursor_uleb(struct cursor *c)
{
    unsigned bits;
    return read_leb(c, &bits);
}

int64_t cursor_sleb(struct cursor *c)
{
    unsigned bits;
    uint64_t value = read_leb(c, &bits);
    if (bits < 64 && (value >> (bits - 1) & 1) != 0) {
        value |= UINT64_MAX << bits;
    }
    return (int64_t)value;
}

static uint64_t read_format(struct cursor *c, unsigned format)
{
    switch (format) {
    case 0x0: /* DW_EH_PE_absptr */
    case 0x4: /* udata8 */
    case 0xc: /* sdata8 */
        return cursor_unsigned(c, 8);
    case 0x1:
        return cursor_uleb(c);
    case 0x2:
        return cursor_unsigned(c, 2);
    case 0x3:
        return cursor_unsigned(c, 4);
    case 0x9:
        return (uint64_t)cursor_sleb(c);
    case 0xa:
        return (uint64_t)cursor_signed(c, 2);
    case ENCODED_SDATA4:
        return (uint64_t)cursor_signed(c, 4);
    default:
        spoil(c);
        return 0;
    }
}

uint64_t cursor_encoded(struct cursor *c, unsigned encoding, uint64_t data)
{
    uint64_t here = c->address;
    if (encoding == ENCODED_OMITTED) {
        return 0;
    }
    uint64_t value = read_format(c, encoding & ENCODED_FORMAT);
    switch (encoding & ~(unsigned)ENCODED_FORMAT) {
    case 0:
        return value;
    case ENCODED_PCREL:
        return value + here;
    case ENCODED_DATAREL:
        return value + data;
    default:
        spoil(c);
        return 0;
    }
}

struct cursor cursor_block(struct cursor *c, uint64_t size)
{
    if (size > (size_t)(c->end - c->at)) {
        spoil(c);
    }
    struct cursor block = *c;
    if (!c->bad) {
        c->at += size;
        c->address += size;
        block.end = c->at;
    }
    return block;
}
