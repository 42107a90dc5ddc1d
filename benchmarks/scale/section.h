/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Marks sections of a program for the TCG plugin benchmarks/plugin/sections.c, which
 * knows an instruction that loads such a constant, under any kernel and at any address.
 */
#ifndef BENCHMARKS_SECTION_H
#define BENCHMARKS_SECTION_H

#define SECTION_MARK 0x48453000 /* low byte: number of the section, bit 7 at its end */
#define SECTION_END  0x80

/* Numbers must be constants, up to 127. */
#define section_begin(number) section_mark(SECTION_MARK + (number))
#define section_end(number)   section_mark(SECTION_MARK + SECTION_END + (number))

#define section_mark(mark) __asm__ volatile("movl %0, %%eax" : : "i"(mark) : "eax", "memory")

#endif
