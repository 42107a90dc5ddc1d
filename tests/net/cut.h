/* SPDX-License-Identifier: BSD-3-Clause */
/* What a device with segmentation offload does: cuts a large TCP segment into small ones. */
#ifndef CUT_H
#define CUT_H

#include <stddef.h>
#include <stdint.h>

/* `packet` begins with an IPv4 or IPv6 header without extensions; `send` is called for each piece
 * of up to `piece` bytes of payload, which is as lwIP would have sent it. */
void cut_segments(const unsigned char *packet, size_t size, uint16_t piece,
                  void (*send)(void *to, const void *data, size_t size), void *to);

/* Sets the checksums of an IP packet that holds a TCP segment. */
void cut_set_checksums(unsigned char *packet, size_t size);

#endif
