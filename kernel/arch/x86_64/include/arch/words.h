/* SPDX-License-Identifier: BSD-3-Clause */
/* Copies and fills blocks of eight-byte words by string instructions. Any alignment. */
#ifndef ARCH_WORDS_H
#define ARCH_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Upwards: a destination below the source may overlap it. */
static inline void arch_copy_words(void *to, const void *from, size_t words)
{
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words)::"memory");
}

static inline void arch_fill_words(void *to, uint64_t value, size_t words)
{
    __asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(value) : "memory");
}

#endif
