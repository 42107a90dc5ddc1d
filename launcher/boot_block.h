/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds the boot block (kernel/include/hermit/boot_abi.h) and the initial RAM disk that starts
 * with it.
 */
#ifndef LAUNCHER_BOOT_BLOCK_H
#define LAUNCHER_BOOT_BLOCK_H

#include "share.h"

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
    const struct share *shares;
    size_t nr_shares; /* at most HERMIT_SHARES_MAX */
    struct hermit_network network;
    uint32_t uid, gid;
};

/*
 * Allocates and fills the block, without an archive. Returns it (release by free), or NULL after
 * one line on stderr.
 */
struct hermit_boot_block *boot_block_build(const struct boot_settings *settings);

/*
 * Builds the program's environment: `inherited` (NULL-terminated, may be NULL), with each K=V of
 * `added` replacing K or appended. Returns an array (release by free; the strings are borrowed) and
 * stores its length, or returns NULL after one line on stderr.
 */
const char **environment_merge(char **inherited, const char *const *added, size_t nr_added,
                               size_t *count);

/*
 * Creates a memory file with the whole disk: the block, then the archive that the options select.
 * Before reading any file, fails if the disk does not fit into the machine's memory with an image
 * that ends at the physical address `image_end`. Returns the descriptor, close-on-exec, or −1 after
 * one line on stderr.
 */
int initrd_create(const struct boot_settings *settings, const struct options *options,
                  uint64_t image_end);

#endif
