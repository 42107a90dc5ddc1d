/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unwinds calls by call-frame information: .eh_frame_hdr and .eh_frame (Linux Standard Base 5.0,
 * Core, chapter 10; DWARF 5, 6.4; System V psABI for x86-64, 3.7). Tables and stack may hold
 * anything: every access is checked, and each step ends after at most as many operations as the
 * table has bytes. Pure functions.
 */
#ifndef LAUNCHER_UNWIND_H
#define LAUNCHER_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Registers by their DWARF numbers. */
/* clang-format off */
enum unwind_register {
    UNWIND_RAX, UNWIND_RDX, UNWIND_RCX, UNWIND_RBX, UNWIND_RSI, UNWIND_RDI, UNWIND_RBP, UNWIND_RSP,
    UNWIND_R8, UNWIND_R9, UNWIND_R10, UNWIND_R11, UNWIND_R12, UNWIND_R13, UNWIND_R14, UNWIND_R15,
    UNWIND_RIP,
    UNWIND_REGISTERS,
};
/* clang-format on */

/* The file's bytes of the segment that holds both tables. Addresses are link addresses. */
struct unwind_tables {
    const uint8_t *bytes;
    size_t size;
    uint64_t address; /* of bytes[0] */
    uint64_t header;  /* of .eh_frame_hdr */
};

/* Copies of parts of the program's memory, with the addresses that they had. */
struct unwind_part {
    uint64_t address;
    const uint8_t *bytes;
    size_t size;
};

struct unwind_memory {
    const struct unwind_part *parts;
    size_t count;
};

/* A function that was entered and has not returned. */
struct unwind_frame {
    uint64_t values[UNWIND_REGISTERS];
    uint32_t known; /* bit for each register whose value is known; rsp and rip always are */
    bool exact;     /* rip is the next instruction, of a fault or a signal; else a return address,
                     * which may belong to the next function if the call never returns */
};

enum unwind_result {
    UNWIND_CALLER,     /* `frame` is now the caller's */
    UNWIND_OUTERMOST,  /* this function has no caller */
    UNWIND_UNCOVERED,  /* the table says nothing of this instruction, or nothing sensible */
    UNWIND_UNREADABLE, /* the memory that is needed is not among the parts */
};

/*
 * Goes from a function to its caller; `bias` was added to the link addresses. `frame` is changed
 * only if the result is UNWIND_CALLER. The caller's stack pointer is then above the function's,
 * unless a signal came between them.
 */
enum unwind_result unwind_step(const struct unwind_tables *tables,
                               const struct unwind_memory *memory, uint64_t bias,
                               struct unwind_frame *frame);

/* True if the table marks the code before an address as what signal handlers return to. */
bool unwind_ends_handler(const struct unwind_tables *tables, uint64_t bias, uint64_t address);

/* Reads eight bytes of the program's memory. False: they are not in one of the parts. */
bool unwind_read(const struct unwind_memory *memory, uint64_t address, uint64_t *value);

static inline bool unwind_knows(const struct unwind_frame *frame, unsigned reg)
{
    return reg < UNWIND_REGISTERS && (frame->known >> reg & 1) != 0;
}

#endif
