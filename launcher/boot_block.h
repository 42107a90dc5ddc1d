/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds the boot block (kernel/include/hermit/boot_abi.h) and the initial RAM
 * disk that starts with it.
 */
#ifndef LAUNCHER_BOOT_BLOCK_H
#define LAUNCHER_BOOT_BLOCK_H

#include <hermit/boot_abi.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct options;

/* Everything that goes into the block. */
struct boot_settings {
    const char *const *argv;
    size_t argc;
    const char *const *envp;
    size_t envc;
    const char *cwd;
    uint32_t flags; /* enum hermit_boot_flags */
    uint64_t tsc_hz;
    uint64_t stack_size;
    uint32_t root_pages;
    uint64_t wall_ns;
    uint8_t seed[32];
    uint16_t rows, cols;
    uint32_t chaos_seed;
    uint8_t termios[64];
    uint8_t streams[3];
};

/*
 * Makes the block without an archive in memory of its own (release by free).
 * Returns NULL after one line on stderr.
 */
struct hermit_boot_block *boot_block_build(const struct boot_settings *settings);

/*
 * The environment that the program gets: `inherited` (NULL-terminated, may be
 * NULL) with each K=V of `added` put in its place or behind. Returns an array
 * (release by free; the strings are borrowed) and stores its length, or NULL.
 */
const char **environment_merge(char **inherited, const char *const *added, size_t nr_added,
                               size_t *count);

/*
 * Makes a memory file that holds the whole disk: block, then the archive that the
 * options ask for. What would not fit into the machine's memory together with an image that ends
 * at the physical address `image_end` is refused before anything is read. Returns the file
 * descriptor, close-on-exec, or −1 after one line on stderr.
 */
int initrd_create(const struct boot_settings *settings, const struct options *options,
                  uint64_t image_end);

#endif
