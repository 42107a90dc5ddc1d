/* SPDX-License-Identifier: BSD-3-Clause */
/* What lwIP includes as the C library's, in the kernel: a number of an interface's name. */
#ifndef LWIP_STDLIB_H
#define LWIP_STDLIB_H

static inline int atoi(const char *s)
{
    int n = 0;
    for (; *s >= '0' && *s <= '9' && n < 1000; s++)
        n = 10 * n + (*s - '0');
    return n;
}

#endif
