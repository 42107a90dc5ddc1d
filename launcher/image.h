/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The image as a file: is it an ELF executable for x86-64 with a PVH entry, is it
 * whole, how much memory does it need, does it make threads, which function holds an address.
 */
#ifndef LAUNCHER_IMAGE_H
#define LAUNCHER_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image {
    const char *path;
    const uint8_t *data; /* the file, mapped */
    size_t size;         /* bytes of the file */
    uint64_t memory_end; /* physical address behind the last loaded byte */
    bool links_threads;  /* pthread_create is in it, says its note */
    bool has_debug_info; /* DWARF line tables are present */
};

/* Maps and checks `path`. Returns 0, or −1 after one line on stderr. */
int image_open(struct image *image, const char *path);
void image_close(struct image *image);

/*
 * What image_open checks, on memory: returns NULL and fills memory_end,
 * links_threads and has_debug_info, or returns the reason why it is no usable image.
 */
const char *image_check(struct image *image);

/*
 * The function that holds `address` (a link address). Returns its name, which
 * belongs to the image, and stores the distance from its start; NULL: unknown.
 */
const char *image_symbol(const struct image *image, uint64_t address, uint64_t *offset);

#endif
