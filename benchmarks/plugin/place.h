/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A function that a plugin watches for, written OFFSET:CODE. OFFSET (hex) is its link
 * address, of which the last 12 bits count since the image may lie at a random page;
 * CODE (hex) are its first bytes, which tell it from other code with the same offset.
 */
#ifndef PLACE_H
#define PLACE_H

#include "qemu_plugin.h"

#include <stdio.h>
#include <string.h>

enum { MAX_CODE = 32 };

struct place {
    unsigned long offset;
    size_t size; /* bytes of code; 0: not set */
    unsigned char code[MAX_CODE];
};

static inline bool place_parse(const char *text, struct place *place)
{
    char code[2 * MAX_CODE + 1];
    if (sscanf(text, "%lx:%64[0-9a-f]", &place->offset, code) != 2)
        return false;
    place->size = strlen(code) / 2;
    for (size_t i = 0; i < place->size; i++) {
        unsigned byte;
        sscanf(code + 2 * i, "%2x", &byte);
        place->code[i] = (unsigned char)byte;
    }
    return true;
}

/* Whether the place's code starts at instruction `first` of the block. */
static inline bool place_starts(const struct place *place, const struct qemu_plugin_tb *tb,
                                size_t first)
{
    size_t have = 0;
    uint64_t address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, first));
    if ((address & 0xfff) != (place->offset & 0xfff))
        return false;
    for (size_t i = first; i < qemu_plugin_tb_n_insns(tb) && have < place->size; i++) {
        const struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        size_t n = qemu_plugin_insn_size(insn);
        if (n > place->size - have)
            n = place->size - have;
        if (memcmp(qemu_plugin_insn_data(insn), place->code + have, n) != 0)
            return false;
        have += n;
    }
    return have > 0;
}

#endif
