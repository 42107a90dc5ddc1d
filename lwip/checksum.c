/* SPDX-License-Identifier: BSD-3-Clause */
/* The Internet checksum (RFC 1071), eight bytes at a time. */
#include "port.h"

#include "lwip/arch.h"

#include <string.h>

/* Adds with the carry going round, which keeps the sum of 16-bit words modulo 2^16 - 1. */
static uint64_t add(uint64_t sum, uint64_t word)
{
    sum += word;
    return sum + (sum < word);
}

static uint64_t load(const unsigned char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return word;
}

/*
 * The sum, not inverted, in memory's order, of `size` bytes at any alignment; an odd last byte
 * counts as if a zero followed it.
 */
uint16_t lwip_checksum(const void *data, int size)
{
    const unsigned char *p = data;
    uint64_t sum = 0, tail = 0;
    for (; size >= 32; size -= 32, p += 32)
        sum = add(add(add(add(sum, load(p)), load(p + 8)), load(p + 16)), load(p + 24));
    for (; size >= 8; size -= 8, p += 8)
        sum = add(sum, load(p));
    memcpy(&tail, p, (size_t)size);
    sum = add(sum, tail);
    sum = (sum >> 32) + (uint32_t)sum;
    sum = (sum >> 32) + (uint32_t)sum;
    sum = (sum >> 16) + (uint16_t)sum;
    sum = (sum >> 16) + (uint16_t)sum;
    return (uint16_t)sum;
}
