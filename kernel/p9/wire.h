/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Messages of 9P2000.L as bytes: integers are little-endian, a string is its length (2 bytes) and
 * its bytes, without a NUL. Reader and writer never leave their buffer. An access beyond its end
 * marks them as broken and yields zeros, so that a message is checked once, when all of it was
 * read or written.
 */
#ifndef P9_WIRE_H
#define P9_WIRE_H

#include <hermit/p9.h>

/* Every message begins with size[4] type[1] tag[2]. */
#define P9_HEADER_SIZE 7
#define P9_NO_TAG      0xffff
#define P9_NO_FID      0xffffffffU
#define P9_NO_ID       0xffffffffU /* of a user or group: whatever it is */

/* A reply's type is that of its request plus one. */
enum p9_type {
    P9_RLERROR = 7,
    P9_TSTATFS = 8,
    P9_TLOPEN = 12,
    P9_TLCREATE = 14,
    P9_TSYMLINK = 16,
    P9_TMKNOD = 18,
    P9_TREADLINK = 22,
    P9_TGETATTR = 24,
    P9_TSETATTR = 26,
    P9_TXATTRWALK = 30,
    P9_TXATTRCREATE = 32,
    P9_TREADDIR = 40,
    P9_TFSYNC = 50,
    P9_TLINK = 70,
    P9_TMKDIR = 72,
    P9_TRENAMEAT = 74,
    P9_TUNLINKAT = 76,
    P9_TVERSION = 100,
    P9_TATTACH = 104,
    P9_TFLUSH = 108,
    P9_TWALK = 110,
    P9_TREAD = 116,
    P9_TWRITE = 118,
    P9_TCLUNK = 120,
};

struct p9_writer {
    uint8_t *start, *at, *end;
    bool broken; /* something did not fit */
};

static inline void p9_writer_init(struct p9_writer *w, void *buffer, size_t size)
{
    *w = (struct p9_writer){.start = buffer, .at = buffer, .end = (uint8_t *)buffer + size};
}

/* The lower `size` bytes of a number. */
void p9_put(struct p9_writer *w, uint64_t value, unsigned size);
void p9_put_bytes(struct p9_writer *w, const void *bytes, size_t size);
void p9_put_string(struct p9_writer *w, const char *s, size_t length);

static inline void p9_reader_init(struct p9_reader *r, const void *buffer, size_t size)
{
    *r = (struct p9_reader){.at = buffer, .left = size};
}

/* The next number of `size` bytes. */
uint64_t p9_get(struct p9_reader *r, unsigned size);
/* The next `size` bytes, within the buffer; NULL: there are not so many. */
const uint8_t *p9_get_bytes(struct p9_reader *r, size_t size);
/* The next string, within the buffer, without a NUL; "" of length 0 if it is broken. */
const char *p9_get_string(struct p9_reader *r, size_t *length);
void p9_get_qid(struct p9_reader *r, struct p9_qid *qid);

/*
 * Checks the header of a reply to a request of that type and tag, of which `written` bytes came.
 * 0: *r stands behind the header; the error that the server reports; −EIO: it is no such reply.
 */
int p9_open_reply(struct p9_reader *r, const void *buffer, size_t size, size_t written,
                  unsigned type, uint16_t tag);

#endif
