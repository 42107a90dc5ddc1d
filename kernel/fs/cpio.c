/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: the format of cpio archives. No locks. */
#include "cpio.h"

#include <hermit/string.h>
#include <linux/errno.h>

#define HEADER_SIZE 110
#define NR_FIELDS   13 /* eight hex digits each, after the magic of six characters */

enum field {
    INO,
    MODE,
    UID,
    GID,
    NLINK,
    MTIME,
    SIZE,
    DEV_MAJOR,
    DEV_MINOR,
    RDEV_MAJOR,
    RDEV_MINOR,
    NAME_SIZE,
    CHECK
};

void cpio_start(struct cpio_reader *r, const void *archive, size_t size)
{
    *r = (struct cpio_reader){.at = archive, .end = (const char *)archive + size};
}

static int fail(struct cpio_reader *r, const char *why)
{
    r->error = why;
    return -EINVAL;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_hex(const char *p, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 8; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0)
            return false;
        *value = *value << 4 | (uint32_t)digit;
    }
    return true;
}

/* n rounded up to four, since the archive's start is aligned, but at most `left`. */
static size_t padded(size_t n, size_t left)
{
    return MIN(ALIGN_UP(n, (size_t)4), left);
}

static bool parse_header(const char *p, uint32_t field[NR_FIELDS])
{
    for (int i = 0; i < NR_FIELDS; i++)
        if (!parse_hex(p + 6 + 8 * i, &field[i]))
            return false;
    return true;
}

static void fill_entry(struct cpio_entry *e, const uint32_t field[NR_FIELDS])
{
    e->ino = field[INO];
    e->mode = field[MODE];
    e->uid = field[UID];
    e->gid = field[GID];
    e->nlink = field[NLINK];
    e->mtime = field[MTIME];
    e->dev_major = field[DEV_MAJOR];
    e->dev_minor = field[DEV_MINOR];
    e->rdev_major = field[RDEV_MAJOR];
    e->rdev_minor = field[RDEV_MINOR];
    e->size = field[SIZE];
    e->check = field[CHECK];
}

/* Archives may follow each other, with zeros between. */
static void skip_zeros(struct cpio_reader *r)
{
    while (r->at < r->end && *r->at == '\0')
        r->at++;
}

int cpio_next(struct cpio_reader *r, struct cpio_entry *e)
{
    uint32_t field[NR_FIELDS];
    for (;;) {
        size_t left = (size_t)(r->end - r->at);
        if (left == 0)
            return 0;
        if (left < HEADER_SIZE)
            return fail(r, "cut off within a header");
        if (memcmp(r->at, "070701", 6) != 0 && memcmp(r->at, "070702", 6) != 0)
            return fail(r, "no cpio header where one should be");
        if (!parse_header(r->at, field))
            return fail(r, "a header field is not a hex number");
        fill_entry(e, field);
        size_t name_size = field[NAME_SIZE];
        if (name_size == 0 || name_size > left - HEADER_SIZE)
            return fail(r, "cut off within a name");
        e->name = r->at + HEADER_SIZE;
        if (e->name[name_size - 1] != '\0')
            return fail(r, "a name without its end");
        e->name_length = strlen(e->name);
        size_t data_at = padded(HEADER_SIZE + name_size, left);
        if (e->size > left - data_at)
            return fail(r, "cut off within a file");
        e->data = r->at + data_at;
        r->at += data_at + padded(e->size, left - data_at);
        if (e->mode != 0 || strcmp(e->name, "TRAILER!!!") != 0)
            return 1;
        skip_zeros(r);
    }
}
