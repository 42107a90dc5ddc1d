/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Freestanding string functions; no state, no locks. memcpy() and memset() move words
 * (arch/words.h) and one overlapping word for the rest; below eight bytes they loop
 * over bytes.
 */
#include <arch/words.h>
#include <hermit/string.h>
#include <hermit/types.h>

#define NO_BUILTIN __attribute__((no_builtin))

static inline uint64_t load64(const void *p)
{
    uint64_t v;
    __builtin_memcpy(&v, p, sizeof(v));
    return v;
}

static inline void store64(void *p, uint64_t v)
{
    __builtin_memcpy(p, &v, sizeof(v));
}

NO_BUILTIN void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
    char *d = dst;
    const char *s = src;
    size_t words = n / 8;

    if (n < 8) {
        while (n-- > 0)
            *d++ = *s++;
        return dst;
    }
    uint64_t tail = load64(s + n - 8);
    char *last = d + n - 8;
    if (n < 64) {
        for (; words > 0; words--, d += 8, s += 8)
            store64(d, load64(s));
    } else {
        arch_copy_words(d, s, words);
    }
    store64(last, tail);
    return dst;
}

NO_BUILTIN void *memmove(void *dst, const void *src, size_t n)
{
    char *d = dst;
    const char *s = src;

    /* Copies forward: memcpy() without overlap, else downwards byte by byte. */
    if ((uintptr_t)d - (uintptr_t)s >= n) {
        if ((uintptr_t)s - (uintptr_t)d >= n)
            return memcpy(dst, src, n);
        while (n-- > 0)
            *d++ = *s++;
        return dst;
    }
    while (n >= 8 && (uintptr_t)d - (uintptr_t)s >= 8) {
        n -= 8;
        store64(d + n, load64(s + n));
    }
    while (n > 0) {
        n--;
        d[n] = s[n];
    }
    return dst;
}

NO_BUILTIN void *memset(void *dst, int c, size_t n)
{
    char *d = dst;
    uint64_t pattern = (uint8_t)c * 0x0101010101010101UL;
    size_t words = n / 8;

    if (n < 8) {
        while (n-- > 0)
            *d++ = (char)c;
        return dst;
    }
    store64(d + n - 8, pattern);
    arch_fill_words(d, pattern, words);
    return dst;
}

NO_BUILTIN int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;

    while (n >= 8 && load64(x) == load64(y)) {
        x += 8;
        y += 8;
        n -= 8;
    }
    for (; n > 0; n--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

NO_BUILTIN void *memchr(const void *s, int c, size_t n)
{
    const unsigned char *p = s;

    for (; n > 0; n--, p++)
        if (*p == (unsigned char)c)
            return (void *)p;
    return NULL;
}

NO_BUILTIN size_t strlen(const char *s)
{
    const char *p = s;

    while (*p != 0)
        p++;
    return (size_t)(p - s);
}

NO_BUILTIN size_t strnlen(const char *s, size_t n)
{
    size_t length = 0;

    while (length < n && s[length] != 0)
        length++;
    return length;
}

NO_BUILTIN int strcmp(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

NO_BUILTIN int strncmp(const char *a, const char *b, size_t n)
{
    for (; n > 0; n--, a++, b++)
        if (*a != *b || *a == 0)
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

NO_BUILTIN char *strrchr(const char *s, int c)
{
    const char *found = NULL;

    for (;; s++) {
        if (*s == (char)c)
            found = s;
        if (*s == 0)
            return (char *)found;
    }
}

NO_BUILTIN char *strstr(const char *s, const char *what)
{
    size_t n = strlen(what);

    for (; strncmp(s, what, n) != 0; s++)
        if (*s == 0)
            return NULL;
    return (char *)s;
}
