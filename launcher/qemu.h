/* SPDX-License-Identifier: BSD-3-Clause */
/* QEMU's command line: which emulator, which machine, which devices. */
#ifndef LAUNCHER_QEMU_H
#define LAUNCHER_QEMU_H

#include <hermit/boot_abi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;

/* Descriptors that QEMU inherits; its command line contains their numbers. */
struct qemu_fds {
    int initrd;
    int serial;
    int network;                    /* as struct network has it, which closes it */
    int monitor;                    /* as struct monitor has it, which closes it */
    int trace;                      /* of the gdb stub, for trace.c; −1: none */
    int servers[HERMIT_SHARES_MAX]; /* as the shares have them, by their number; −1: none */
    int ports[HERMIT_PORT_MAX];     /* by enum hermit_port; −1: no such port */
};

/*
 * Finds the emulator: options->qemu or qemu-system-x86_64, in PATH unless it has a slash. Returns
 * its path (release by free), or NULL after one line on stderr.
 */
char *qemu_find(const struct options *options);

/*
 * Returns the complete argument vector, NULL-terminated, for KVM or TCG; or NULL after one line on
 * stderr. qemu_arguments_free releases it.
 */
char **qemu_arguments(const struct options *options, const char *program,
                      const struct qemu_fds *fds, bool kvm);
void qemu_arguments_free(char **arguments);

/*
 * Size in bytes of the memory from address 0 that can hold image and initial RAM disk: QEMU places
 * the disk at the end of the memory below 4 GiB.
 */
uint64_t qemu_low_memory(const struct options *options);

/* True if one of the --qemu-arg words is `word`. */
bool qemu_has_argument(const struct options *options, const char *word);

/* The --qemu-arg word that follows `word`, or NULL. */
const char *qemu_argument_after(const struct options *options, const char *word);

#endif
