/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The image file: checks for a complete x86-64 ELF executable with a PVH entry, memory size, use of
 * threads; finds the function at an address.
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
    uint64_t memory_end; /* physical address after the last loaded byte */
    bool links_threads;  /* pthread_create is linked, by Hermit's note */
    bool links_files;    /* … and the file tree */
    bool links_network;  /* … and the network beyond this machine */
    bool has_debug_info; /* DWARF line tables are present */
};

/* Maps and checks `path`. Returns 0, or −1 after one line on stderr. */
int image_open(struct image *image, const char *path);
void image_close(struct image *image);

/*
 * image_open's checks, on data and size. Returns NULL and fills memory_end, links_… and
 * has_debug_info, or returns the reason why the image is not usable.
 */
const char *image_check(struct image *image);

/*
 * Finds the function that contains `address` (a link address). Returns its name, which belongs to
 * the image, and stores the offset from its start; NULL: unknown.
 */
const char *image_symbol(const struct image *image, uint64_t address, uint64_t *offset);

/* Link addresses from `start` up to, not including, `end`. */
struct image_range {
    uint64_t start, end;
};

/*
 * Finds a symbol by its name among those of a range: its link address; 0: none. Local symbols have
 * names that others may have as well.
 */
uint64_t image_symbol_address(const struct image *image, const char *name,
                              struct image_range range);

/* The file's bytes of a loaded segment. */
struct image_segment {
    const uint8_t *bytes;
    size_t size;
    uint64_t address; /* of bytes[0] */
    bool is_code;
};

/* Finds the segment with the byte of the file that is loaded at a link address. False: none. */
bool image_segment_at(const struct image *image, uint64_t address, struct image_segment *segment);

/* True if the image has code at a link address. */
bool image_is_code(const struct image *image, uint64_t address);

/* Link address of .eh_frame_hdr; 0: the image has none. */
uint64_t image_frame_table(const struct image *image);

#endif
