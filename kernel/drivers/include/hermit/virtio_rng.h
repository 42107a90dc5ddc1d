/* SPDX-License-Identifier: BSD-3-Clause */
/* A seed from the machine's entropy device, for the generator of hermit/random.h. */
#ifndef HERMIT_VIRTIO_RNG_H
#define HERMIT_VIRTIO_RNG_H

#include <hermit/types.h>

/* Reads up to `size` bytes from virtio-rng; returns their number (0: no device). Initialises the
 * device each time and leaves it reset. Polls; may be slow. */
size_t virtio_rng_read(void *data, size_t size);

#endif
