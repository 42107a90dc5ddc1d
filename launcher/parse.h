/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parses numbers on a command line. Each function returns 0 and stores the value, or −1 and stores
 * nothing; none of them prints.
 */
#ifndef LAUNCHER_PARSE_H
#define LAUNCHER_PARSE_H

#include <stdint.h>

/* Decimal number in [min, max], with nothing before or after it. */
int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/*
 * Size in bytes: decimal number, then nothing, B, or one of K, M, G, T (powers of 1024) optionally
 * followed by B or iB; upper or lower case except i. A bare number counts `default_unit` bytes.
 */
int parse_size(const char *text, uint64_t default_unit, uint64_t *bytes);

/* Seconds with an optional fraction, truncated to milliseconds; zero is refused. */
int parse_seconds(const char *text, uint64_t *milliseconds);

#endif
