/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the link driver is made of: word lists (words.c), libraries that it has itself
 * (libraries.c), run-time libraries that options ask for (run_times.c), the link command (gcc.c)
 * and the image that was made (image.c). One thread, no locks; every failure ends the program
 * through fail().
 */
#ifndef HERMIT_TOOLCHAIN_DRIVER_H
#define HERMIT_TOOLCHAIN_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

/* A list of words, NULL at its end as execvp wants it; all zero is the empty list. */
struct words {
    char **item;
    size_t count, room;
};

/* gcc.c: prints one line, "hermit: …", on stderr and exits with status 1. */
noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* words.c: appends one word (kept, not copied), or a list of them. */
void add_word(struct words *words, const char *word);
void add_words(struct words *words, const struct words *more);

/* Appends a word or, for "@FILE", the words in FILE (white space,
 * '…', "…" and \ as GCC has them). */
void add_expanded(struct words *words, const char *word);

/* The last part of a path. */
const char *file_name(const char *path);

/*
 * Fills in the command line of the parent process if that is Clang or flang, response files
 * expanded; leaves the list empty if it is anything else.
 */
void read_clang_command(struct words *words);

/* Parts of the sysroot, one bit each. */
enum {
    PART_LIBC = 1,
    PART_BUILTINS = 2,
    PART_OPENMP = 4,
    PART_CXX = 8,
    PART_UNWIND = 16,
    PART_FORTRAN = 32,
    PART_ALL = 63,
};

/*
 * libraries.c: takes the libraries that the driver has itself out of the user's words. Returns the
 * PART_* that they asked for.
 */
unsigned take_own_libraries(struct words *user);

/* Libraries that options ask for and that are built at their first use, one bit each. */
enum {
    RUN_TIME_PROFILE = 1,
    RUN_TIME_PROFILE_HOOK = 2, /* its start has to be named: no object refers to it */
    RUN_TIME_UBSAN = 4,
};

/*
 * run_times.c: the RUN_TIME_* that the words ask for; fails if one asks for a library that is not
 * built for Hermit.
 */
unsigned needed_run_times(const struct words *words);

/*
 * image.c: whether the ELF file has indirect functions, whose addresses the program has to ask for
 * when it starts (R_X86_64_IRELATIVE). False for what is no ELF file.
 */
bool has_indirect_functions(const char *path);

/*
 * image.c: puts the marks of an image into the header of the ELF file, and the stack's flag, which
 * a link script fixes, into its program header; anything else is left alone.
 */
void mark_image(const char *path, bool executable_stack);

char *copy_text(const char *text);
char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
