/* SPDX-License-Identifier: BSD-3-Clause */
/* Freestanding C string functions (C17 7.24); the compiler may call the first four. */
#ifndef HERMIT_STRING_H
#define HERMIT_STRING_H

#include <stddef.h>

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *what);

#endif
