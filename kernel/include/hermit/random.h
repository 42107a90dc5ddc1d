/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random numbers: ChaCha20 with fast key erasure, one generator with one lock.
 * Seeded from the boot block, RDSEED or RDRAND, and from virtio-rng when those are
 * missing.
 */
#ifndef HERMIT_RANDOM_H
#define HERMIT_RANDOM_H

#include <hermit/types.h>

/* Fills `buf` with n random bytes. Any context but NMI; never fails.
 * Seeds itself when first used. */
void random_fill(void *buf, size_t n);

/* Stirs n bytes into the state, as a write to /dev/random does. */
void random_add(const void *buf, size_t n);

#endif
