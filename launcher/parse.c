/* SPDX-License-Identifier: BSD-3-Clause */
/* Parsers for numbers, sizes and durations. Pure functions, no state. */
#include "parse.h"

#include <ctype.h>
#include <stddef.h>

/* Reads digits from *text and advances it; −1 without a digit or on overflow. */
static int read_digits(const char **text, uint64_t *value)
{
    const char *p = *text;
    uint64_t sum = 0;
    if (!isdigit((unsigned char)*p)) {
        return -1;
    }
    for (; isdigit((unsigned char)*p); p++) {
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(*p - '0'), &sum)) {
            return -1;
        }
    }
    *text = p;
    *value = sum;
    return 0;
}

int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    uint64_t sum;
    if (read_digits(&text, &sum) != 0 || *text != '\0' || sum < min || sum > max) {
        return -1;
    }
    *value = sum;
    return 0;
}

/* Bit shift of a unit letter; −1 for any other character. */
static int unit_shift(char letter)
{
    switch (toupper((unsigned char)letter)) {
    case 'K':
        return 10;
    case 'M':
        return 20;
    case 'G':
        return 30;
    case 'T':
        return 40;
    default:
        return -1;
    }
}

/* True for what may follow a unit letter: nothing, B or iB. */
static int is_unit_tail(const char *text)
{
    if (*text == 'i') {
        text++;
        if (*text == '\0') {
            return 0;
        }
    }
    if (*text == 'B' || *text == 'b') {
        text++;
    }
    return *text == '\0';
}

int parse_size(const char *text, uint64_t default_unit, uint64_t *bytes)
{
    uint64_t sum;
    if (read_digits(&text, &sum) != 0) {
        return -1;
    }
    uint64_t unit = default_unit;
    if (*text == 'B' || *text == 'b') {
        unit = 1;
    } else if (*text != '\0') {
        int shift = unit_shift(*text);
        if (shift < 0) {
            return -1;
        }
        unit = 1ULL << shift;
        text++;
    }
    if (!is_unit_tail(text) || __builtin_mul_overflow(sum, unit, &sum)) {
        return -1;
    }
    *bytes = sum;
    return 0;
}

int parse_seconds(const char *text, uint64_t *milliseconds)
{
    uint64_t sum;
    if (read_digits(&text, &sum) != 0 || sum > UINT32_MAX) {
        return -1;
    }
    sum *= 1000;
    if (*text == '.') {
        unsigned weight = 100;
        for (text++; isdigit((unsigned char)*text); text++, weight /= 10) {
            sum += weight * (unsigned)(*text - '0');
        }
    }
    if (*text != '\0' || sum == 0) {
        return -1;
    }
    *milliseconds = sum;
    return 0;
}
