/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random numbers: ChaCha20 with fast key erasure, one generator with one lock.
 * Seeded from the boot block and RDSEED or RDRAND; from virtio-rng if all are missing.
 */
#ifndef HERMIT_RANDOM_H
#define HERMIT_RANDOM_H

#include <hermit/types.h>

/* Fills `buf` with n random bytes. Never fails. Seeds the generator at first use. Any context but
 * NMI. */
void random_fill(void *buf, size_t n);

/* Mixes n bytes into the state, as a write to /dev/random does. */
void random_add(const void *buf, size_t n);

#endif
